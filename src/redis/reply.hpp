#pragma once

#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>

struct redisReader;

namespace contrail::redis {

/// A reply of Redis: a value or a tree of them. A nil has no text, no elements and the integer 0.
struct Reply {
    enum class Kind { nil, status, error, string, integer, array };

    Kind kind = Kind::nil;
    std::string_view text;      ///< Of a status, error or string.
    long long integer = 0;      ///< Of an integer.
    std::span<Reply> elements;  ///< Of an array.

    [[nodiscard]] bool is_error() const noexcept { return kind == Kind::error; }
};

/// Cuts the bytes that come from Redis into replies.
///
/// The protocol is hiredis's matter; the objects are ours. hiredis would allocate twice for every string
/// and every array, eighteen times for one record; here a reply lies in one arena that goes as a whole.
class ReplyReader {
public:
    ReplyReader();
    ReplyReader(const ReplyReader&) = delete;
    ReplyReader& operator=(const ReplyReader&) = delete;

    /// Takes further bytes. The replies in them are kept until next() is called.
    void feed(std::string_view bytes);

    /// The next reply that is complete; it is valid until the next call. Null if none is.
    /// Throws Error (Retry::never) if the bytes are not Redis's protocol.
    const Reply* next();

private:
    struct Free {
        void operator()(redisReader* reader) const noexcept;
    };

    std::pmr::monotonic_buffer_resource arena_;
    std::unique_ptr<redisReader, Free> reader_;
    bool delivered_ = false;  ///< The arena holds a reply that next() returned, and nothing else.
};

}  // namespace contrail::redis
