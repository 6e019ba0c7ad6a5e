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
#include "contrail/log.hpp"
#include "contrail/outbox.hpp"

namespace contrail {

/// What retention tells while it works. Override what is of interest; the rest does nothing.
/// Called on its thread; must not throw.
class RetentionEvents {
public:
    virtual ~RetentionEvents() = default;

    /// Everything before `keep_from` may go, and what of it could go has gone.
    virtual void dropped(RecordId /*keep_from*/, const Released& /*released*/) {}
    /// A segment of the outbox could be emptied and is in use. Told once for each obstacle.
    virtual void obstructed(const std::string& /*obstacle*/) {}
    /// No consumer is registered, or all were cut off: everything is kept, up to the limit for that.
    /// Told when it becomes so.
    virtual void nobody_registered(std::uint64_t /*bytes_max*/) {}
    /// `used` is the share of `limit` (a name as on the command line) that what this consumer still needs
    /// takes: at 1 it will be cut off. Told when it first exceeds Options::warn_at.
    virtual void near_limit(const ConsumerName& /*consumer*/, std::string_view /*limit*/, double /*used*/) {}
    /// A limit dropped records that this consumer had not applied.
    virtual void cut_off(const ConsumerName& /*consumer*/, const CutOff& /*missed*/) {}
    /// A call failed; retention goes on after `pause`.
    virtual void retrying(const Error& /*error*/, Clock::Duration /*pause*/) {}
};

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

    /// `outbox` and `log` must be this object's own: a streamer's are busy. These, `clock` and `events` must
    /// outlive it.
    Retention(Outbox& outbox, Log& log, Clock& clock, Options options, RetentionEvents& events);

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
    std::optional<RecordId> first_after(RecordId id);
    RecordId id_of(Offset offset);
    std::vector<std::pair<std::string_view, double>> limits_used(RecordId position, const LogUsage& usage);
    bool mark(RegisteredConsumer& consumer, RecordId keep_from);
    void warn(const std::vector<RegisteredConsumer>& consumers, const LogUsage& usage);
    void leave_word(const Plan& plan);

    Outbox& outbox_;
    Log& log_;
    Clock& clock_;
    Options options_;
    RetentionEvents& events_;

    std::set<std::pair<ConsumerName, std::string_view>> warned_;
    std::string obstacle_;  ///< The last one told.
    bool nobody_told_ = false;
};

}  // namespace contrail
