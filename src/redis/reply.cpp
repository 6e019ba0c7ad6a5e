#include "redis/reply.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <string>

#include "contrail/error.hpp"

namespace contrail::redis {

namespace {

/// Of a connection that reads long replies. One that never does keeps a small buffer: a process may have hundreds.
constexpr std::size_t room_min_max = 1U << 16U;
constexpr std::size_t buffer_kept_max = 1U << 20U;

/// Deeper than any reply to a command of Contrail's, and far from the end of the stack.
constexpr int depth_max = 16;
/// The longest string that Redis itself takes and gives, by default.
constexpr long long string_bytes_max = 512LL << 20U;
constexpr std::size_t line_bytes_max = 1U << 16U;
constexpr std::size_t value_bytes_min = 3;  // a sign, and the end of the line

[[noreturn]] void refuse(std::string_view why) {
    throw Error(Retry::never,
                "does not speak Redis's protocol (" + std::string(why) +
                    "). Check that the Redis URL leads to a Redis server. Write rediss:// if its "
                    "port expects TLS, else redis://.");
}

}  // namespace

/// Parses one value from the beginning of bytes. Its functions return false if the bytes end before the value
/// does. The reader starts anew when more have come. That costs little, because the parser jumps over texts.
class ReplyReader::Parser {
public:
    Parser(std::string_view bytes, std::pmr::memory_resource& arena)
        : at_(bytes.data()),
          end_(at_ + bytes.size()),
          arena_(arena) {}

    [[nodiscard]] const char* at() const { return at_; }

    /// `elements`: those of an array too.
    bool parse(Reply& value, bool elements, int depth = 0) {
        if (at_ == end_) return false;
        switch (*at_++) {
            case '$':
                return parse_string(value);
            case '*':
                return parse_array(value, elements, depth);
            case ':':
                value.kind = Reply::Kind::integer;
                return parse_number(value.integer);
            case '+':
                value.kind = Reply::Kind::status;
                return parse_line(value.text);
            case '-':
                value.kind = Reply::Kind::error;
                return parse_line(value.text);
            default:
                refuse("a reply begins with an unknown sign");
        }
    }

private:
    [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

    bool parse_string(Reply& value) {
        long long length = 0;
        if (!parse_number(length)) return false;
        if (length == -1) return true;
        if (length < 0 || length > string_bytes_max) refuse("a string has an impossible length");
        const auto size = static_cast<std::size_t>(length);
        if (left() < size + 2) return false;
        if (at_[size] != '\r' || at_[size + 1] != '\n') refuse("a string does not end where it should");
        value.kind = Reply::Kind::string;
        value.text = {at_, size};
        at_ += size + 2;
        return true;
    }

    bool parse_array(Reply& value, bool elements, int depth) {
        if (!parse_number(value.integer)) return false;
        if (value.integer == -1) {
            value.integer = 0;
            return true;
        }
        if (value.integer < 0 || value.integer > std::numeric_limits<int>::max())
            refuse("an array has an impossible size");
        if (depth == depth_max) refuse("arrays are nested too deeply");
        value.kind = Reply::Kind::array;
        if (!elements) return true;

        const auto size = static_cast<std::size_t>(value.integer);
        if (left() < size * value_bytes_min) return false;  // a forged size takes no memory
        auto* const first = static_cast<Reply*>(arena_.allocate(size * sizeof(Reply), alignof(Reply)));
        std::uninitialized_value_construct_n(first, size);
        value.elements = {first, size};
        return std::all_of(first, first + size,
                           [&](Reply& element) { return parse(element, true, depth + 1); });
    }

    /// A line that holds one number.
    bool parse_number(long long& number) {
        constexpr long long before_overflow = std::numeric_limits<long long>::max() / 10 - 1;
        const bool negative = at_ != end_ && *at_ == '-';
        if (negative) ++at_;
        const char* const first = at_;
        long long value = 0;
        for (; at_ != end_ && *at_ >= '0' && *at_ <= '9'; ++at_) {
            if (value > before_overflow) refuse("a number is too large");
            value = value * 10 + (*at_ - '0');
        }
        if (left() < 2) return false;
        if (at_ == first || at_[0] != '\r' || at_[1] != '\n') refuse("a number is expected where none is");
        at_ += 2;
        number = negative ? -value : value;
        return true;
    }

    bool parse_line(std::string_view& line) {
        const std::string_view rest(at_, std::min(left(), line_bytes_max));
        const std::size_t length = rest.find("\r\n");
        if (length == std::string_view::npos) {
            if (rest.size() == line_bytes_max) refuse("a line does not end");
            return false;
        }
        line = rest.substr(0, length);
        at_ += length + 2;
        return true;
    }

    const char* at_;
    const char* end_;
    std::pmr::memory_resource& arena_;
};

std::span<char> ReplyReader::room() {
    if (begin_ == end_) begin_ = end_ = 0;
    if (end_ == 0 && buffer_.size() > buffer_kept_max) std::vector<char>().swap(buffer_);
    if (begin_ > 0 && buffer_.size() - end_ < room_min_) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() - end_ < room_min_) buffer_.resize(2 * std::max(buffer_.size(), room_min_));
    return std::span(buffer_).subspan(end_);
}

void ReplyReader::received(std::size_t bytes) {
    end_ += bytes;
    if (end_ == buffer_.size()) room_min_ = std::min(2 * room_min_, room_min_max);
}

const Reply* ReplyReader::next() {
    return parse(true);
}

const Reply* ReplyReader::next_head() {
    return parse(false);
}

const Reply* ReplyReader::parse(bool elements) {
    arena_.release();
    root_ = {};
    Parser parser({buffer_.data() + begin_, end_ - begin_}, arena_);
    if (!parser.parse(root_, elements)) return nullptr;
    begin_ = static_cast<std::size_t>(parser.at() - buffer_.data());
    return &root_;
}

}  // namespace contrail::redis
