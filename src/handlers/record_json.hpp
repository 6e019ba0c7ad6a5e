#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "contrail/record.hpp"

namespace contrail::handlers {

/// Writes records as the JSON objects that the handlers of `contrail consume` receive:
///
///     {"id":"1700000000000-7","offset":7,"time":"2023-11-14T22:13:20Z","action":"create","object":"ride",
///      "key":"521","headers":{…},"data":{…}}
///
/// on one line. `key` and `headers` are there if the record has them. Headers and data are copied as the log holds
/// them: the numbers in them keep all their digits.
///
/// Errors   Calls throw Error (Retry::never) that names a record whose texts are not valid JSON. Another program
///          must have written such a record to the log: the outbox takes only JSON.
/// Threads  Not thread-safe.
class RecordJson {
public:
    /// Appends the record, without a line feed anywhere.
    void append(std::string& json, const Record& record);

    /// Appends an array of the records.
    void append_array(std::string& json, std::span<const Record> records);

private:
    const std::string& time_of(std::uint64_t sealed_ms);

    // Records that were sealed together have one time, and to write it costs more than the rest of a small record.
    std::uint64_t sealed_ms_ = 0;
    std::string time_ = "1970-01-01T00:00:00Z";
};

}  // namespace contrail::handlers
