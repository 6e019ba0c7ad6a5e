#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/dead_letter.hpp"
#include "contrail/names.hpp"
#include "contrail/settings.hpp"

namespace contrail::postgres {

class Connection;
class Result;

/// A parked record as an operator sees it. Times are Unix times in milliseconds.
struct ParkedRecord {
    std::string consumer;
    DeadLetter letter;
    std::uint64_t parked_ms = 0;
    std::optional<std::uint64_t> marked_ms{};  ///< When an operator marked it for a retry.
};

/// The parked records of a log's consumers in one database, for an operator. See sql/006_dead_letters.sql.
///
/// Errors   Every call throws Error, and may be repeated.
/// Threads  Not thread-safe. Safe beside running consumers.
class DeadLetters {
public:
    /// Connects at the first call.
    explicit DeadLetters(const Settings& settings);
    ~DeadLetters();

    /// The number of parked records, of one consumer or of all.
    std::uint64_t count(const std::optional<ConsumerName>& consumer);

    /// The first parked records, by consumer and in the log's order.
    std::vector<ParkedRecord> list(const std::optional<ConsumerName>& consumer, std::uint64_t records_max);

    std::optional<ParkedRecord> find(const ConsumerName& consumer, RecordId id);

    /// Marks one record, or all of the consumer's, for a retry by the consumer. Returns how many it marked.
    std::uint64_t mark(const ConsumerName& consumer, const std::optional<RecordId>& id);

    /// Deletes one parked record, or all of the consumer's. Returns how many it deleted. Waits for a consumer
    /// that is retrying the record.
    std::uint64_t discard(const ConsumerName& consumer, const std::optional<RecordId>& id);

private:
    Result run(std::string_view what, std::string_view text, const std::optional<ConsumerName>& consumer,
               const std::optional<RecordId>& id = {});

    std::string quoted_schema_;
    std::string stream_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace contrail::postgres
