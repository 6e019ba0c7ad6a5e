#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contrail/clock.hpp"
#include "contrail/consumer_registry.hpp"
#include "contrail/error.hpp"
#include "contrail/log_keeper.hpp"
#include "contrail/outbox.hpp"
#include "contrail/retention_events.hpp"

namespace contrail {

/// Drops what nobody needs any more: from the log, and from the outbox.
///
/// Safety   A record goes only when every registered consumer is past it, or when a limit set by the operator
///          says so; a consumer that a limit cuts off is marked first, and told.
/// Cost     A few short requests a pass, whatever the sizes.
/// Threads  Not thread-safe. Any number of processes may do this for one outbox at once.
class Retention {
public:
    /// What an operator allows the log to hold, whoever may still need it. Nothing: no limit.
    struct Limits {
        std::optional<std::uint64_t> records_max{};
        std::optional<std::uint64_t> bytes_max{};            ///< Memory in the log's server, estimated.
        std::optional<std::chrono::milliseconds> age_max{};  ///< Since the record's batch was sealed.
    };
    struct Options {
        Limits limits{};
        /// How much the log may hold while no consumer is registered. Without any bound, a service whose
        /// consumers are yet to be written would fill Redis.
        std::uint64_t unregistered_bytes_max = 1ULL << 30;
        /// Share of a limit at which a warning is given.
        double warn_at = 0.8;
        /// From the begin of one pass to that of the next.
        Clock::Duration every{1'000};
        /// Pause after a failed pass: doubles from the first to the second, with jitter.
        Clock::Duration retry_wait_min{1'000};
        Clock::Duration retry_wait_max{30'000};
    };

    /// `outbox` and `log` must be this object's own: a streamer's are busy. These and `clock` must outlive
    /// it. `on_event` may be empty.
    Retention(Outbox& outbox, LogKeeper& log, Clock& clock, Options options, OnRetentionEvent on_event = {});

    /// What a pass would drop, and whom it would cut off.
    struct Plan {
        RecordId keep_from;                       ///< The first record to be kept.
        std::vector<RegisteredConsumer> cut_off;  ///< Now, or further than before, with what they miss.
        std::vector<RegisteredConsumer> cut_off_before;
    };

    /// Takes in what consumers have reported, and tells what may go.
    Plan plan();

    /// One pass. Throws Error; calling it again is always safe.
    void run_once();

    /// Repeats run_once() until `stop` is requested. Every Error is retried: what fails to be dropped takes
    /// space and does no other harm.
    void run(const std::stop_token& stop);

private:
    RecordId first_within(const Limits& limits, const LogUsage& usage);
    RecordId first_needed(const std::vector<RegisteredConsumer>& consumers, const LogUsage& usage);
    RecordId first_sealed_since(std::uint64_t unix_ms, const LogUsage& usage);
    RecordId id_of(Offset offset);
    std::vector<std::pair<std::string_view, double>> limits_used(RecordId position, const LogUsage& usage);
    bool mark(RegisteredConsumer& consumer, RecordId keep_from);
    void warn(const std::vector<RegisteredConsumer>& consumers, const LogUsage& usage);
    void leave_word(const Plan& plan);

    Outbox& outbox_;
    LogKeeper& log_;
    Clock& clock_;
    Options options_;
    OnRetentionEvent on_event_;

    std::set<std::pair<ConsumerName, std::string_view>> warned_;
    std::string obstacle_;  ///< The last one told.
    bool no_consumers_told_ = false;
};

}  // namespace contrail
