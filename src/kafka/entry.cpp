#include "kafka/entry.hpp"

#include <optional>
#include <string>
#include <string_view>

#include "contrail/error.hpp"
#include "core/assign_text.hpp"

namespace contrail::kafka {

namespace {

constexpr auto marker_header = "head";

[[noreturn]] void refuse(const rd_kafka_message_t& message) {
    throw Error(Retry::never,
                "holds at its Kafka offset " + std::to_string(message.offset) +
                    " an entry that is not a record of Contrail. Find out which program wrote it, and "
                    "take its right to write to the topic.");
}

std::optional<std::string_view> header(const rd_kafka_message_t& message, const char* name) {
    rd_kafka_headers_t* headers = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
    if (rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return std::nullopt;
    return text_of(value, size);
}

void add(rd_kafka_headers_t* headers, std::string_view name, std::string_view value) {
    rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
}

}  // namespace

std::string_view text_of(const void* bytes, std::size_t size) {
    return bytes == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(bytes), size);
}

RecordId id_of(const rd_kafka_message_t& message) {
    const auto id = RecordId::parse(text_of(message.key, message.key_len));
    if (!id) refuse(message);
    return *id;
}

bool is_head_marker(const rd_kafka_message_t& message) {
    return header(message, marker_header).has_value();
}

void read_record(const rd_kafka_message_t& message, Record& record) {
    const auto action = header(message, "action");
    const auto object = header(message, "object");
    if (!action || !object || message.payload == nullptr) refuse(message);
    record.id = id_of(message);
    assign_text(record.action, *action);
    assign_text(record.object, *object);
    assign_text(record.data, text_of(message.payload, message.len));
    assign_text(record.key, header(message, "key"));
    assign_text(record.headers, header(message, "headers"));
}

Handle<rd_kafka_headers_t> headers_of(const Record& record) {
    Handle<rd_kafka_headers_t> headers(rd_kafka_headers_new(4));
    add(headers.get(), "action", record.action);
    add(headers.get(), "object", record.object);
    if (record.key) add(headers.get(), "key", *record.key);
    if (record.headers) add(headers.get(), "headers", *record.headers);
    return headers;
}

Handle<rd_kafka_headers_t> headers_of_marker() {
    Handle<rd_kafka_headers_t> headers(rd_kafka_headers_new(1));
    add(headers.get(), marker_header, "");
    return headers;
}

}  // namespace contrail::kafka
