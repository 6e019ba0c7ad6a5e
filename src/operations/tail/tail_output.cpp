#include "operations/tail/tail_output.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "base/utc.hpp"

namespace contrail::operations {

namespace {

std::string json_string(const std::string& text) {
    // The text of a foreign writer need not be UTF-8.
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Unchanged, because a parser could change numbers. Text that is not JSON becomes a string.
std::string json_value(const std::string& data) {
    return base::is_json(data) ? base::harmless(data) : json_string(data);
}

}  // namespace

void TailText::record(const Record& record) {
    out_ << fmt::format("{:<22}  {:<24}  {} {}", record.id.to_string(),
                        base::utc_text_ms(record.id.sealed_ms), base::harmless(record.action),
                        base::harmless(record.object));
    if (record.key) out_ << " key=" << base::harmless(*record.key);
    out_ << "  " << base::harmless(record.data);
    if (record.headers) out_ << "  headers=" << base::harmless(*record.headers);
    out_ << '\n';
}

void TailText::gap(Offset first, Offset last) {
    out_ << (first == last ? fmt::format("-- offset {} is missing\n", first.value)
                           : fmt::format("-- offsets {} to {} are missing\n", first.value, last.value));
}

void TailText::foreign(RecordId id) {
    out_ << "-- entry " << id.to_string() << " is not a record\n";
}

bool TailText::flush() {
    return static_cast<bool>(out_.flush());
}

void TailJson::record(const Record& record) {
    out_ << R"({"id":")" << record.id.to_string() << R"(","offset":)" << record.id.offset.value
         << R"(,"sealed_at":")" << base::utc_text_ms(record.id.sealed_ms) << R"(","action":)"
         << json_string(record.action) << R"(,"object":)" << json_string(record.object);
    if (record.key) out_ << R"(,"key":)" << json_string(*record.key);
    if (record.headers) out_ << R"(,"headers":)" << json_value(*record.headers);
    out_ << R"(,"data":)" << json_value(record.data) << "}\n";
}

void TailJson::gap(Offset first, Offset last) {
    out_ << R"({"missing_first_offset":)" << first.value << R"(,"missing_last_offset":)" << last.value
         << "}\n";
}

void TailJson::foreign(RecordId id) {
    out_ << R"({"not_a_record":")" << id.to_string() << "\"}\n";
}

bool TailJson::flush() {
    return static_cast<bool>(out_.flush());
}

}  // namespace contrail::operations
