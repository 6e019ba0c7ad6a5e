#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "contrail/record.hpp"

namespace contrail::archive {

/// Writes records as lines of JSON: those of `contrail tail --json`, and those of an archive.
///
///     {"id":"1700000000000-7","offset":7,"sealed_at":"2023-11-14T22:13:20Z","action":"create","object":"ride",
///      "key":"521","headers":{…},"data":{…}}
///
/// on one line. `key` and `headers` are there if the record has them. Headers and data are copied as the log holds
/// them: the numbers in them keep all their digits. Of what a foreign program wrote, text that is no JSON becomes a
/// string, and bytes that are no UTF-8 become U+FFFD.
///
/// Threads  Not thread-safe.
class RecordLines {
public:
    /// Appends the record, with a line feed at its end.
    void append(std::string& text, const Record& record);

private:
    const std::string& time_of(std::uint64_t sealed_ms);

    // Records that were sealed together have one time, and to write it costs more than the rest of a small record.
    std::uint64_t sealed_ms_ = 0;
    std::string time_ = "1970-01-01T00:00:00Z";
};

/// Reads a line back, without its line feed. It takes what RecordLines write, and nothing else: other white space,
/// another order or other names are false. Data and headers are taken as they stand: a checksum protects them. `record`
/// is undefined after false.
[[nodiscard]] bool read_record_line(std::string_view line, Record& record);

}  // namespace contrail::archive
