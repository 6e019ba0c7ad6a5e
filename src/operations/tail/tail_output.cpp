#include "operations/tail/tail_output.hpp"

#include <fmt/format.h>

#include <string>

#include "base/text.hpp"
#include "base/utc.hpp"
#include "operations/cloud_event.hpp"

namespace contrail::operations {

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
    line_.clear();
    lines_.append(line_, record);
    out_ << line_;
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

TailCloudEvents::TailCloudEvents(const StreamName& log, std::ostream& out, std::ostream& errors)
    : source_(cloud_event_source(log)),
      out_(out),
      holes_(errors) {}

void TailCloudEvents::record(const Record& record) {
    line_.clear();
    append_cloud_event(line_, record, source_);
    out_ << line_ << '\n';
}

bool TailCloudEvents::flush() {
    return static_cast<bool>(out_.flush());
}

}  // namespace contrail::operations
