#include "redis/reply.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <string>

#include "contrail/error.hpp"

namespace contrail::redis {

namespace {

constexpr std::size_t room_min = 1U << 16U;
constexpr std::size_t buffer_kept_max = 1U << 20U;
constexpr std::size_t values_kept_max = 1U << 14U;

/// Deeper than any answer to what Contrail asks, and far from the end of the stack.
constexpr int depth_max = 16;
/// Redis itself takes and gives no longer strings, unless somebody tells it to.
constexpr long long string_bytes_max = 512LL << 20U;
constexpr long long elements_max = 1LL << 31U;

/// Longest lines with their kind and their end: those that hold a number of 20 characters, and texts.
constexpr std::size_t number_line_max = 23;
constexpr std::size_t text_line_max = 1U << 16U;

[[noreturn]] void refuse(std::string_view why) {
    throw Error(Retry::never, "does not speak Redis's protocol (" + std::string(why) +
                                  "). See that the URL leads to a Redis server, and that rediss:// is "
                                  "written where the port speaks TLS, and only there.");
}

long long number(std::string_view digits, long long min, long long max) {
    long long value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    if (!whole || value < min || value > max) refuse("a number is expected where none is");
    return value;
}

}  // namespace

/// A value up to where the elements of an array begin.
struct ReplyReader::Head {
    Reply value;
    std::size_t bytes = 0;

    /// Nothing if `bytes` end before it does.
    static std::optional<Head> at_front_of(std::string_view bytes);

private:
    static Head of_number_line(char kind, std::string_view line);
};

std::optional<ReplyReader::Head> ReplyReader::Head::at_front_of(std::string_view bytes) {
    if (bytes.empty()) return std::nullopt;
    const char kind = bytes.front();
    const bool is_text = kind == '+' || kind == '-';
    if (!is_text && kind != ':' && kind != '$' && kind != '*') refuse("a reply begins with an unknown sign");

    const std::size_t line_max = is_text ? text_line_max : number_line_max;
    const std::size_t end = bytes.substr(0, line_max).find("\r\n");
    if (end == bytes.npos) {
        if (bytes.size() >= line_max) refuse("a line does not end");
        return std::nullopt;
    }
    const std::string_view line = bytes.substr(1, end - 1);
    if (is_text) {
        const auto reply_kind = kind == '+' ? Reply::Kind::status : Reply::Kind::error;
        return Head{{.kind = reply_kind, .text = line, .elements = {}}, end + 2};
    }
    Head head = of_number_line(kind, line);
    head.bytes = end + 2;
    if (head.value.kind != Reply::Kind::string) return head;

    const auto length = static_cast<std::size_t>(head.value.integer);
    if (bytes.size() - head.bytes < length + 2) return std::nullopt;
    if (bytes.substr(head.bytes + length, 2) != "\r\n") refuse("a string does not end where it should");
    head.value.text = bytes.substr(head.bytes, length);
    head.value.integer = 0;
    head.bytes += length + 2;
    return head;
}

/// Of a string, the length stands in `integer` at first.
ReplyReader::Head ReplyReader::Head::of_number_line(char kind, std::string_view line) {
    if (kind == ':') {
        constexpr auto any = std::numeric_limits<long long>();
        return {{.kind = Reply::Kind::integer,
                 .text = {},
                 .integer = number(line, any.min(), any.max()),
                 .elements = {}}};
    }
    const long long size = number(line, -1, kind == '$' ? string_bytes_max : elements_max);
    if (size < 0) return {};
    const auto reply_kind = kind == '$' ? Reply::Kind::string : Reply::Kind::array;
    return {{.kind = reply_kind, .text = {}, .integer = size, .elements = {}}};
}

std::span<char> ReplyReader::room() {
    if (begin_ == end_) begin_ = end_ = 0;
    give_back_what_a_large_reply_took();
    if (begin_ > 0 && buffer_.size() - end_ < room_min) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() - end_ < room_min) buffer_.resize(2 * std::max(buffer_.size(), room_min));
    return std::span(buffer_).subspan(end_);
}

const Reply* ReplyReader::next() {
    while (values_missing_ > 0)
        if (!scan()) return nullptr;

    values_.assign(values_scanned_, Reply{});
    values_built_ = 1;
    built_to_ = 0;
    build(values_.front(), 1);
    return deliver(scanned_);
}

const Reply* ReplyReader::next_head() {
    const auto head = Head::at_front_of(unread());
    if (!head) return nullptr;
    values_.assign(1, head->value);
    return deliver(head->bytes);
}

std::size_t ReplyReader::memory_bytes() const {
    return buffer_.capacity() + values_.capacity() * sizeof(Reply);
}

std::string_view ReplyReader::unread() const {
    return {buffer_.data() + begin_, end_ - begin_};
}

/// Looks through one more value, an array's elements not included. False: it is not complete.
bool ReplyReader::scan() {
    const auto head = Head::at_front_of(unread().substr(scanned_));
    if (!head) return false;
    scanned_ += head->bytes;
    ++values_scanned_;
    --values_missing_;
    if (head->value.kind == Reply::Kind::array)
        values_missing_ += static_cast<std::uint64_t>(head->value.integer);
    return true;
}

/// Builds the value at built_to_, which is complete, and its elements.
void ReplyReader::build(Reply& value, int depth) {
    if (depth > depth_max) refuse("arrays are nested too deeply");
    const auto head = Head::at_front_of(unread().substr(built_to_));
    built_to_ += head->bytes;
    value = head->value;
    if (value.kind != Reply::Kind::array) return;

    const auto size = static_cast<std::size_t>(value.integer);
    value.elements = std::span(values_).subspan(values_built_, size);
    values_built_ += size;
    for (Reply& element : value.elements) build(element, depth + 1);
}

const Reply* ReplyReader::deliver(std::size_t bytes) {
    begin_ += bytes;
    scanned_ = values_scanned_ = 0;
    values_missing_ = 1;
    return &values_.front();
}

void ReplyReader::give_back_what_a_large_reply_took() {
    if (end_ == 0 && buffer_.size() > buffer_kept_max) std::vector<char>().swap(buffer_);
    if (values_.capacity() > values_kept_max) std::vector<Reply>().swap(values_);
}

}  // namespace contrail::redis
