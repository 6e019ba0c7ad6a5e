#pragma once

#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"

namespace contrail::servers {

/// The output of a program, read from a pipe in whole lines. Never waits.
class LineSource {
public:
    /// `pipe`: the end to read from. Throws Error.
    explicit LineSource(base::FileDescriptor pipe);

    /// Readable when read() has something to do.
    [[nodiscard]] int descriptor() const noexcept { return pipe_.get(); }
    /// True once the other end is closed and everything was read.
    [[nodiscard]] bool ended() const noexcept { return ended_; }

    /// Reads what is there, and returns the lines that this completed, each with its line feed. The view is
    /// valid until the next call. A line of more than 64 KiB comes in pieces. An unfinished line at the end
    /// of the output counts as a line.
    std::string_view read();

    /// The unfinished line so far, as a line; empty if there is none.
    std::string_view rest();

private:
    void forget_returned();

    base::FileDescriptor pipe_;
    std::string buffer_;
    std::size_t returned_ = 0;  ///< Bytes at the start of `buffer_` that read() already returned.
    bool ended_ = false;
};

}  // namespace contrail::servers
