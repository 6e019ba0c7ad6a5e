#include "postgres/copy_decoder.hpp"

#include <cstdint>
#include <string>

#include "contrail/error.hpp"
#include "core/assign_text.hpp"

namespace contrail::postgres {

namespace {

using namespace std::string_view_literals;

constexpr auto signature = "PGCOPY\n\xff\r\n\0"sv;
constexpr char jsonb_version = 1;
constexpr int record_fields = 5;
constexpr int trailer = -1;

[[noreturn]] void throw_malformed(std::string_view reason) {
    throw Error(Retry::never,
                "Cannot read staged records: the server's COPY data do not have the form that PostgreSQL "
                "documents (" +
                    std::string(reason) +
                    "). Check what lies between this program and the server: a proxy may change the data.");
}

/// Reads one message from its beginning to its end.
class Message {
public:
    explicit Message(std::string_view left) : left_(left) {}

    [[nodiscard]] bool at_end() const { return left_.empty(); }

    std::string_view bytes(std::size_t count) {
        if (count > left_.size()) throw_malformed("a message ends too soon");
        const auto taken = left_.substr(0, count);
        left_.remove_prefix(count);
        return taken;
    }

    std::int16_t int16() { return static_cast<std::int16_t>(big_endian(2)); }
    std::int32_t int32() { return static_cast<std::int32_t>(big_endian(4)); }
    std::int64_t int64() { return static_cast<std::int64_t>(big_endian(8)); }

    std::string_view field() {
        const auto found = nullable_field();
        if (!found) throw_malformed("a field is null");
        return *found;
    }

    std::optional<std::string_view> nullable_field() {
        const std::int32_t length = int32();
        if (length < -1) throw_malformed("a length is negative");
        return length == -1 ? std::nullopt : std::optional(bytes(static_cast<std::size_t>(length)));
    }

private:
    std::uint64_t big_endian(std::size_t count) {
        std::uint64_t value = 0;
        for (const char byte : bytes(count)) value = value << 8U | static_cast<unsigned char>(byte);
        return value;
    }

    std::string_view left_;
};

std::string_view json_text(std::string_view jsonb) {
    if (!jsonb.starts_with(jsonb_version)) throw_malformed("a jsonb has an unknown version");
    return jsonb.substr(1);
}

void skip_header(Message& message) {
    if (message.bytes(signature.size()) != signature) throw_malformed("the signature is missing");
    if (message.int32() != 0) throw_malformed("a flag is set");
    message.field();
}

}  // namespace

bool CopyDecoder::decode(std::string_view text, Record& record) {
    Message message(text);
    if (!header_seen_) {
        skip_header(message);
        header_seen_ = true;
        if (message.at_end()) return false;
    }
    const int fields = message.int16();
    if (fields == trailer) return false;
    if (fields == record_fields + 1) {
        if (message.int32() != sizeof(std::int64_t)) throw_malformed("a bigint does not have eight bytes");
        batch_number_ = message.int64();
    } else if (fields != record_fields) {
        throw_malformed("a row has neither five nor six fields");
    }
    assign_text(record.action, message.field());
    assign_text(record.object, message.field());
    assign_text(record.data, json_text(message.field()));
    assign_text(record.key, message.nullable_field());
    const auto headers = message.nullable_field();
    assign_text(record.headers, headers ? std::optional(json_text(*headers)) : std::nullopt);
    return true;
}

}  // namespace contrail::postgres
