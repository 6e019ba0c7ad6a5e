#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "contrail/record.hpp"

namespace contrail {

/// A record that a consumer's handler rejected, parked so that the records after it could go on. It waits in
/// the consumer's database until an operator retries or discards it (`contrail dead-letters`).
struct DeadLetter {
    Record record;
    std::string error;                   ///< What the handler threw last.
    std::uint32_t attempts = 1;          ///< How often the handler was given the record by itself.
    std::uint64_t first_refused_ms = 0;  ///< Unix time in milliseconds, by the consumer's clock.
    /// Hash of its key, where ConsumerOptions::key has computed that. Nothing: record_key() gives the key.
    std::optional<std::uint64_t> key_hash{};

    bool operator==(const DeadLetter&) const = default;
};

}  // namespace contrail
