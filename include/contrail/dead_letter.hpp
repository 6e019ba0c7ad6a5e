#pragma once

#include <cstdint>
#include <string>

#include "contrail/record.hpp"

namespace contrail {

/// A record that a consumer's handler refused and that was set aside, so that the records after it could go
/// on. It waits in the consumer's database until somebody has it retried or discards it
/// (`contrail dead-letters`).
struct DeadLetter {
    Record record;
    std::string error;                   ///< What the handler threw last.
    std::uint32_t attempts = 1;          ///< How often the record was given to the handler by itself.
    std::uint64_t first_refused_ms = 0;  ///< Unix time in milliseconds, by the consumer's clock.

    bool operator==(const DeadLetter&) const = default;
};

}  // namespace contrail
