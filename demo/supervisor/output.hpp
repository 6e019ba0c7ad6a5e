#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace demo {

/// The prefix of a program's lines: `consumer0 | `.
class Label {
public:
    /// Pads the name to `width` columns. `colour` is an index into a few colours, used only if `coloured`.
    Label(std::string_view name, std::size_t width, std::size_t colour, bool coloured);

    [[nodiscard]] std::string_view text() const noexcept { return text_; }

private:
    std::string text_;
};

/// The one output of many programs. It neither mixes nor breaks their lines.
///
/// It writes only what the reader can take at once. A reader that stalls (a pager, a stopped terminal)
/// therefore holds up only the programs that write, and the supervisor still handles signals.
class Output {
public:
    /// The caller keeps `descriptor` open.
    explicit Output(int descriptor) : descriptor_(descriptor) {}

    /// Adds lines, each with its line feed, and puts `label` before each.
    void add(const Label& label, std::string_view lines);
    /// Adds lines without a label.
    void add(std::string_view lines) { waiting_ += lines; }

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    /// True if something is left to write: wait for `descriptor`, then call write_some().
    [[nodiscard]] bool pending() const noexcept { return !waiting_.empty(); }
    /// True if so much is waiting that callers should add nothing more.
    [[nodiscard]] bool full() const noexcept;
    /// True once a write has failed, for instance because the reader closed its end or the disk is full.
    /// Output then drops what it gets.
    [[nodiscard]] bool closed() const noexcept { return error_ != 0; }
    /// The errno of the failed write; 0 if none failed.
    [[nodiscard]] int error() const noexcept { return error_; }

    /// Writes what `descriptor`, which must be ready, takes at once.
    void write_some();
    /// Writes everything. Gives up if the reader takes nothing for `patience`.
    void write_all(std::chrono::milliseconds patience);

private:
    int descriptor_;
    std::string waiting_;  ///< Cleared as a whole after its last byte was written.
    std::size_t written_ = 0;
    int error_ = 0;
};

}  // namespace demo
