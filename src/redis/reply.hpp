#pragma once

#include <array>
#include <cstddef>
#include <memory_resource>
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
/// A large array can be taken element by element, with one element in memory at a time. (hiredis's reader
/// takes in all that it is given, and frees whole replies only.) Texts are not copied: they lie where the
/// socket put them.
///
/// Errors  Throws Error (Retry::never) if the bytes are not Redis's protocol.
class ReplyReader {
public:
    ReplyReader() = default;
    ReplyReader(const ReplyReader&) = delete;
    ReplyReader& operator=(const ReplyReader&) = delete;

    /// Room for bytes to come, at least 4 kB. Ends the validity of every reply.
    std::span<char> room();
    /// Takes in so many bytes, written to the beginning of room().
    void received(std::size_t bytes);

    /// The next value, as soon as it is complete; null before. Valid until the next call.
    const Reply* next();

    /// As next(), but an array comes without its elements: they are the values that follow.
    const Reply* next_head();

    /// Memory that it holds for bytes that came, and for those to come.
    [[nodiscard]] std::size_t buffer_bytes() const { return buffer_.capacity(); }

private:
    class Parser;

    const Reply* parse(bool elements);

    std::vector<char> buffer_;
    std::size_t begin_ = 0;  ///< Bytes before it were delivered.
    std::size_t end_ = 0;    ///< Bytes from here on are room.
    std::size_t room_min_ = std::size_t{1}
                            << 12U;  ///< Doubles, up to a limit, while the bytes that come fill the room.

    // The reply delivered last: its root, and in the arena its elements, which is given back as a whole.
    Reply root_;
    std::array<std::byte, 2048> arena_front_;
    std::pmr::monotonic_buffer_resource arena_{arena_front_.data(), arena_front_.size()};
};

}  // namespace contrail::redis
