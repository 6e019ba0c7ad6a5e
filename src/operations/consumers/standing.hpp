#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "contrail/consumer_registry.hpp"
#include "contrail/log.hpp"
#include "operations/database.hpp"

namespace contrail {

enum class ConsumerState {
    active,   ///< It is level with the log, or moves.
    stalled,  ///< The log goes on, and it does not.
    cut_off,  ///< An operator's limit dropped records that it had not applied.
};

/// `active`, `stalled`, `cut off`.
std::string_view name(ConsumerState state);

/// How far a consumer of a log is.
struct ConsumerStanding {
    ConsumerName name;
    RecordId position;              ///< It is past this record.
    std::uint64_t lag_records = 0;  ///< That the log has got past that.
    /// The same, in sealing time. Nothing: it is before the first record, which has no time.
    std::optional<std::chrono::milliseconds> lag{0};
    /// Since it moved last. Nothing: it has reported its position, and was not registered yet.
    std::optional<std::chrono::milliseconds> moved_ago{};
    std::optional<CutOff> cut_off{};

    /// One that lags and has not moved for longer than this is stalled. A batch may take its time.
    static constexpr std::chrono::minutes stalled_after{1};

    [[nodiscard]] ConsumerState state() const;
};

/// A consumer as the streamer's database knows it.
struct KnownConsumer {
    ConsumerStanding standing;  ///< Its lag is not known there.
    bool by_checkpoint;         ///< Its checkpoint is in this database; else it goes by its last report.
};
using KnownConsumers = std::map<ConsumerName, KnownConsumer>;

KnownConsumers known_consumers(Database& database);

/// These, and who else has reported a position, as they stand against the log's head.
std::vector<ConsumerStanding> consumer_standings(KnownConsumers known,
                                                 const std::map<ConsumerName, RecordId>& positions,
                                                 RecordId head);

/// Every consumer of the log that is registered in the streamer's database or has reported its position, by
/// name. Where its checkpoint is in this database too, that tells how far it is, and else its last report.
std::vector<ConsumerStanding> consumer_standings(Database& database, Log& log);

}  // namespace contrail
