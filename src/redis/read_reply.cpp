#include "redis/read_reply.hpp"

#include "core/require.hpp"
#include "redis/replies.hpp"

namespace contrail::redis {

namespace {

long long size_of_array(const Reply& head) {
    if (require_no_error(head).kind != Reply::Kind::array) throw_unknown_form("XREAD");
    return head.integer;
}

void expect_size(const Reply& head, long long size) {
    if (size_of_array(head) != size) throw_unknown_form("XREAD");
}

}  // namespace

/// Takes in what stands around the entries.
const Reply* ReadReply::take_frame(const Reply& piece) {
    switch (next_) {
        case Piece::streams:
            if (piece.kind == Reply::Kind::nil) {
                next_ = Piece::none;
            } else {
                expect_size(piece, 1);
                next_ = Piece::stream;
            }
            break;
        case Piece::stream:
            expect_size(piece, 2);
            next_ = Piece::name;
            break;
        case Piece::name:
            next_ = Piece::entries;
            break;
        case Piece::entries:
            entries_left_ = static_cast<std::uint64_t>(size_of_array(piece));
            next_ = entries_left_ == 0 ? Piece::none : Piece::entry;
            break;
        case Piece::entry:
        case Piece::none:
            require(false, "a reply to XREAD has no pieces after its last entry");
    }
    return nullptr;
}

}  // namespace contrail::redis
