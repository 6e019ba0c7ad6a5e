#pragma once

#include <cstdint>
#include <string>

#include "random.hpp"

namespace contrail::simulation {

/// The plan of one history. Each fault is off in half of all histories ("swarm testing": Groce et al., ISSTA
/// 2012), because faults that happen together can hide each other.
struct Plan {
    explicit Plan(Random& random);

    /// Steps between the death of a process and its next start, while nothing fails.
    [[nodiscard]] std::uint64_t rest_between_lives_max() const { return pause_max * 4; }

    bool is_long;  ///< A few are, and cost as much as all others together.

    // Sizes.
    std::uint64_t steps;  ///< Of the part with faults.
    std::uint64_t writers, streamers, names, instances;
    std::uint64_t records_max;  ///< Most records staged in all.
    std::uint64_t transaction_records_max;
    std::uint64_t chunk_records_max, appends_in_flight_max, batch_records_max;
    std::uint64_t head_check_every_ms, report_every_ms;
    std::uint64_t pause_max;    ///< Steps that a process rests between two pieces of work.
    std::uint64_t absence_max;  ///< Steps that a consumer may be away, and a transaction stay open.
    std::uint64_t handler_attempts_max;
    std::uint64_t retentions;
    std::uint64_t log_records_max;  ///< An operator's limit; 0: none.
    std::uint64_t log_age_max_ms;   ///< Likewise.
    std::uint64_t log_records_min;  ///< An operator's floor; 0: none.
    /// The outbox knows all consumers from the start. If not, retention begins when each has chosen its place, and
    /// the log's server loses nothing: it alone knows a consumer until retention has noted it.
    bool registered_beforehand;
    bool starts_late;   ///< One more consumer starts in the middle, with what comes next.
    bool has_segments;  ///< One more consumer is split and merged.
    bool one_leads;     ///< Streamers have a leader; otherwise all work at once.

    // Of a thousand port calls.
    std::uint64_t refused, reply_lost, delayed, crash_before, crash_after, freeze;
    // Of a thousand transactions, or batches handled.
    std::uint64_t rollback, savepoint, absence, handler_fails;
    // Of a thousand steps.
    std::uint64_t kill, stop, end_session, lose_tail, lose_everything, copy, fail_over, restart_database,
        set_clock_back, set_programs_clocks_ahead, outage;
    std::uint64_t copy_database;  ///< Likewise; it happens once.
    std::uint64_t back_up,
        set_back;                ///< Likewise, of the database. What follows the second is the history's end.
    std::uint64_t split, merge;  ///< Likewise, of the consumer's segments.
    // Of a thousand deaths.
    std::uint64_t linger;
};

}  // namespace contrail::simulation
