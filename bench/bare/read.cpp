#include "bench/bare/read.hpp"

#include <unistd.h>

#include <charconv>
#include <string_view>
#include <vector>

#include "contrail/error.hpp"

namespace contrail::bench {

namespace {

/// Skips over replies in the buffer by their lengths, and builds nothing from them. (hiredis builds a tree of
/// each reply, which takes longer than Redis needs to send it.)
class Walk {
public:
    explicit Walk(int socket) : socket_(socket), buffer_(1 << 20) {}

    void begin_reply() { at_ = end_ = 0; }

    /// The number in the next line, after one character: `*2`, `$40`.
    long long number() {
        std::size_t line_end = at_;
        for (;; ++line_end) {
            if (line_end == end_) receive();
            if (buffer_[line_end] == '\n') break;
        }
        long long number = 0;
        std::from_chars(buffer_.data() + at_ + 1, buffer_.data() + line_end, number);
        at_ = line_end + 1;
        return number;
    }

    /// The next string. Valid until the next call.
    std::string_view text() {
        const auto length = static_cast<std::size_t>(number());
        const std::size_t begin = at_;
        at_ += length + 2;
        while (end_ < at_) receive();
        return {buffer_.data() + begin, length};
    }

private:
    void receive() {
        if (end_ == buffer_.size()) buffer_.resize(2 * end_);
        const ssize_t received = ::read(socket_, buffer_.data() + end_, buffer_.size() - end_);
        if (received <= 0) throw Error(Retry::never, "The benchmark stopped: Redis closed the connection.");
        end_ += static_cast<std::size_t>(received);
    }

    int socket_;
    std::vector<char> buffer_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
};

}  // namespace

std::uint64_t bare_read(const BareRedis& redis, const std::string& stream, std::uint64_t at_once) {
    std::string after = "0-0";
    Walk walk(redis.native()->fd);
    for (std::uint64_t read = 0;;) {
        redisAppendCommand(redis.native(), "XREAD COUNT %llu STREAMS %s %s",
                           static_cast<unsigned long long>(at_once), stream.c_str(), after.c_str());
        redis.flush();
        walk.begin_reply();
        if (walk.number() < 0) return read;       // nil: no more
        walk.number();                            // a pair,
        walk.text();                              // the stream's name
        const long long entries = walk.number();  // and its entries: pairs of an id and a list of fields
        for (long long entry = 0; entry < entries; ++entry, ++read) {
            walk.number();
            after = walk.text();
            for (long long fields = walk.number(); fields > 0; --fields) walk.text();
        }
    }
}

}  // namespace contrail::bench
