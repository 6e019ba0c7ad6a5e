#pragma once

#include <string>
#include <string_view>

#include "servers/descriptors.hpp"

namespace rocket_rides {

/// What a program writes into a pipe, in whole lines. Never waits.
class LineSource {
public:
    /// `pipe`: the end to read from.
    explicit LineSource(contrail::servers::FileDescriptor pipe);

    /// Readable when there is something to read().
    [[nodiscard]] int descriptor() const noexcept { return pipe_.get(); }
    /// True when the other end is closed and everything was read.
    [[nodiscard]] bool ended() const noexcept { return ended_; }

    /// Reads some of what is there, and returns the lines completed by it, each with its line feed. Valid
    /// until the next call. A line of more than 64 KiB comes in pieces, and so does what the program left
    /// without a line feed at its end.
    std::string_view read();

    /// What has come without a line feed so far, as a line; empty if nothing has.
    std::string_view rest();

private:
    void forget_returned();

    contrail::servers::FileDescriptor pipe_;
    std::string buffer_;
    std::size_t returned_ = 0;  ///< Bytes at the beginning of `buffer_` that were returned already.
    bool ended_ = false;
};

}  // namespace rocket_rides
