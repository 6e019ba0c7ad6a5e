#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace contrail::redis {

/// A reply of Redis: a value or a tree of them. A nil has no text, no elements and the integer 0.
struct Reply {
    enum class Kind { nil, status, error, string, integer, array };

    Kind kind = Kind::nil;
    std::string_view text;      ///< Of a status, error or string.
    long long integer = 0;      ///< Of an integer. Of an array: how many elements it has.
    std::span<Reply> elements;  ///< Of an array, unless only its head was taken.

    [[nodiscard]] bool is_error() const noexcept { return kind == Kind::error; }
};

/// Cuts the bytes that come from Redis (RESP, version 2) into replies.
///
/// A large array can be taken element by element, so that no more of it than one element need lie in memory.
/// (hiredis's reader takes in all that it is given, and lets go of whole replies only.) Texts are not copied:
/// they lie where the socket put them.
///
/// Errors  Throws Error (Retry::never) if the bytes are not Redis's protocol.
class ReplyReader {
public:
    /// Room for bytes to come, at least 64 kB. Ends the validity of every reply.
    std::span<char> room();
    /// Takes in so many bytes, written to the beginning of room().
    void received(std::size_t bytes) { end_ += bytes; }

    /// The next value, as soon as it is complete; null before. Valid until the next call.
    const Reply* next();

    /// As next(), but an array comes without its elements: they are the values that follow.
    const Reply* next_head();

    /// Memory that it holds now.
    [[nodiscard]] std::size_t memory_bytes() const;

private:
    struct Head;

    [[nodiscard]] std::string_view unread() const;
    bool scan();
    void build(Reply& value, int depth);
    const Reply* deliver(std::size_t bytes);
    void give_back_what_a_large_reply_took();

    std::vector<char> buffer_;
    std::size_t begin_ = 0;  ///< Bytes before it were delivered.
    std::size_t end_ = 0;    ///< Bytes from here on are room.

    // How far the next value was looked through: so that a long one that comes in many parts is looked
    // through once.
    std::size_t scanned_ = 0;         ///< Bytes from begin_ on.
    std::size_t values_scanned_ = 0;  ///< Values, elements included, that end in them.
    std::uint64_t values_missing_ = 1;

    std::vector<Reply> values_;     ///< The reply delivered last: its root, then elements.
    std::size_t values_built_ = 0;  ///< While it is built.
    std::size_t built_to_ = 0;      ///< The same in bytes, from begin_ on.
};

}  // namespace contrail::redis
