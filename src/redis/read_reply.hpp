#pragma once

#include <cstdint>

#include "redis/reply.hpp"

namespace contrail::redis {

/// The reply to XREAD of one stream, taken in piece by piece: one entry in memory at a time, however many
/// come.
///
///     nil                                      no entry came in time
///     [ [ name, [ entry, entry, … ] ] ]
///     │ │  │    │   └──────┴─── each whole
///     │ │  │    └────────────── head: how many entries
///     │ │  └─────────────────── whole
///     │ └────────────────────── head: 2
///     └──────────────────────── head: 1, one stream was asked for
class ReadReply {
public:
    /// True if the next piece is an array's head, which comes without the elements
    /// (Connection::receive_head).
    [[nodiscard]] bool expects_head() const noexcept { return next_ < Piece::entry && next_ != Piece::name; }

    /// Takes in the next piece. Returns it if it is an entry, else null. Throws Error if the server reports
    /// an error, or replies in another form.
    const Reply* take(const Reply& piece) {
        if (next_ != Piece::entry) return take_frame(piece);
        if (--entries_left_ == 0) next_ = Piece::none;
        return &piece;
    }

    /// True after the last piece.
    [[nodiscard]] bool is_complete() const noexcept { return next_ == Piece::none; }

private:
    enum class Piece { streams, stream, name, entries, entry, none };

    const Reply* take_frame(const Reply& piece);

    Piece next_ = Piece::streams;
    std::uint64_t entries_left_ = 0;
};

}  // namespace contrail::redis
