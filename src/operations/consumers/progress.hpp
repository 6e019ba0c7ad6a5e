#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contrail/consumer_registry.hpp"
#include "contrail/log.hpp"
#include "core/program_state.hpp"
#include "operations/database.hpp"

namespace contrail::operations {

/// What a log holds past a place.
struct Lag {
    std::uint64_t records = 0;
    /// From the seal of the place's record to that of the head. Nothing: the place is before the first record, which
    /// has no time.
    std::optional<std::chrono::milliseconds> time{0};
};
Lag lag_of(RecordId place, RecordId head);

/// How far a consumer of a log has come.
struct ConsumerProgress {
    ConsumerName name;
    RecordId position;              ///< The last record that it has applied.
    std::uint64_t lag_records = 0;  ///< Records in the log after that one.
    /// The same in sealing time. Nothing: it is before the first record, which has no time.
    std::optional<std::chrono::milliseconds> lag{0};
    /// Since its position last changed. Nothing: it has reported a position, and is not registered yet.
    std::optional<std::chrono::milliseconds> moved_ago{};
    std::optional<CutOff> cut_off{};
    std::string owner{};  ///< The database of its checkpoint. Empty: it told none, or is not registered yet.
    /// Since an operator forgot it. Set if it is registered again, and not past the place where it was then.
    std::optional<std::chrono::milliseconds> forgotten_ago{};
    /// The place of each segment, by number; one, if it was never split. None: this database does not hold them.
    std::vector<RecordId> segments{};

    /// A consumer that lags and has not moved for longer than this is stalled. A batch may take some time.
    static constexpr std::chrono::minutes stalled_after{1};

    /// The state as the position shows it: idle, consuming, stalled or cut_off. The consumer's own program
    /// may publish more; `contrail status` shows that.
    [[nodiscard]] ProgramState state() const;

    /// True if it was forgotten and holds records again. It runs again, or an older file of Redis's has brought it
    /// back: only an operator can tell.
    [[nodiscard]] bool came_back() const { return forgotten_ago && lag_records > 0; }
};

/// A consumer as the streamer's database knows it.
struct KnownConsumer {
    ConsumerProgress progress;  ///< Without its lag, which the database does not know.
    bool by_checkpoint;         ///< Its checkpoint is in this database. If not, the last report counts.
};
using KnownConsumers = std::map<ConsumerName, KnownConsumer>;

/// Needs a schema that was checked.
KnownConsumers known_consumers(Database& database);

/// The progress of these consumers, and of all others that have reported a position, against the log's head.
std::vector<ConsumerProgress> consumer_progress(KnownConsumers known,
                                                const std::map<ConsumerName, RecordId>& positions,
                                                RecordId head);

/// The progress of every consumer of the log, by name: those registered in the streamer's database, and those
/// that have reported a position. A checkpoint in this database counts; without one, the last report does.
std::vector<ConsumerProgress> consumer_progress(Database& database, Log& log);

}  // namespace contrail::operations
