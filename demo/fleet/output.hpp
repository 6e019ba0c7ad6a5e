#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace rocket_rides {

/// What stands in front of a program's lines: `consumer0 | `.
class Label {
public:
    /// Names are filled up to `width`. `colour`: which of a few colours; those of a terminal only.
    Label(std::string_view name, std::size_t width, std::size_t colour, bool coloured);

    [[nodiscard]] std::string_view text() const noexcept { return text_; }

private:
    std::string text_;
};

/// The one output of many programs. Their lines are neither mixed nor broken.
///
/// It writes only what the other end can take at once. So a reader that stalls (a pager, a terminal that
/// was stopped) holds nobody up but the programs that write, and no signal goes unheard.
class Output {
public:
    /// `descriptor` stays the caller's.
    explicit Output(int descriptor) : descriptor_(descriptor) {}

    /// Takes lines, each of which ends in a line feed, and puts `label` in front of each.
    void add(const Label& label, std::string_view lines);
    /// The same without a label.
    void add(std::string_view lines) { waiting_ += lines; }

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    /// True if there is something to write; it is then time to wait for `descriptor`, and to write_some().
    [[nodiscard]] bool pending() const noexcept { return !waiting_.empty(); }
    /// True if it holds so much that nobody should add to it.
    [[nodiscard]] bool full() const noexcept;
    /// True if nobody reads any more. What is added is then dropped.
    [[nodiscard]] bool closed() const noexcept { return closed_; }

    /// Writes what `descriptor`, which must be ready, takes at once.
    void write_some();
    /// Writes all; gives up if the reader takes nothing for `patience`.
    void write_all(std::chrono::milliseconds patience);

private:
    int descriptor_;
    std::string waiting_;  ///< Is emptied as a whole, when the last of it is written.
    std::size_t written_ = 0;
    bool closed_ = false;
};

}  // namespace rocket_rides
