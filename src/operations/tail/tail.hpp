#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "contrail/clock.hpp"
#include "contrail/error.hpp"
#include "contrail/starting_place.hpp"
#include "redis/redis_log.hpp"

namespace contrail {

/// Where what a log holds is written to, in the log's order.
class TailOutput {
public:
    virtual ~TailOutput() = default;

    virtual void record(const Record& record) = 0;
    /// These offsets are not there.
    virtual void gap(Offset first, Offset last) = 0;
    /// There is an entry that is no record.
    virtual void foreign(RecordId id) = 0;
    /// All that there is now was written.
    virtual void flush() = 0;
};

struct TailOptions {
    /// `earliest` is the oldest record that the log holds. Nothing: `last` records before its end.
    std::optional<StartingPlace> from{};
    std::uint64_t last = 10;
    std::optional<std::uint64_t> records_max{};  ///< Ends after so many.
    bool follow = false;                         ///< Goes on with what is appended later.
};

/// Reads a log from a place on, up to the head that it has now, with memory for one chunk. When it follows,
/// it ends by its own `records_max` only, and goes on after a failure that may pass, which `on_retry` is told
/// of.
///
/// Returns whether every record was there. Throws Error.
bool tail(redis::RedisLog& log, const TailOptions& options, TailOutput& output, Clock& clock,
          const std::function<void(const Error&, Clock::Duration)>& on_retry);

}  // namespace contrail
