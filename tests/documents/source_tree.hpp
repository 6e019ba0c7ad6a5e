#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace contrail::test {

/// A line of a file of the source tree.
struct Line {
    std::string file;  ///< Relative to the root of the tree.
    std::size_t number = 0;
    std::string text;

    /// `src/core/streamer.cpp:17`
    [[nodiscard]] std::string place() const { return file + ':' + std::to_string(number); }
};

/// The files of the tree that people write, relative to its root: no build folders, pictures or lock files.
const std::vector<std::string>& tree();

/// True if `file` ends with one of these, such as `.cpp` or `CMakeLists.txt`.
bool has_ending(std::string_view file, std::initializer_list<std::string_view> endings);

std::vector<Line> lines_of(const std::string& file);

/// The lines of `file` with nothing but its comments left: all of it in Markdown, what follows `//`, `#` or
/// `--` elsewhere.
std::vector<Line> comments_of(const std::string& file);

/// `text`, a C++ or JavaScript source, with a blank in place of each character outside its comments.
std::string only_comments(std::string_view text);

}  // namespace contrail::test
