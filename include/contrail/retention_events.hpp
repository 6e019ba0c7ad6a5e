#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "contrail/clock.hpp"
#include "contrail/consumer_registry.hpp"
#include "contrail/error.hpp"
#include "contrail/outbox.hpp"
#include "contrail/record.hpp"

namespace contrail {

/// What retention tells while it works. Each event is a value: a listener may keep it.
namespace retention_event {

/// From which offset on a pass keeps the log, and why. Told at each pass.
struct Planned {
    Offset needed_from{};  ///< What consumers may need begins here; past the head: nothing.
    std::optional<Offset>
        floor_from{};       ///< What the floor keeps; 0: all that there is. Nothing: there is no floor.
    Offset allowed_from{};  ///< What the limits allow; 0: all that there is.
    /// The limits have dropped records that the floor would keep, and the log does not hold what it asks for yet.
    bool floor_overruled = false;

    bool operator==(const Planned&) const = default;
};

/// Retention needs nothing before `keep_from`, and dropped what it could of that.
struct Dropped {
    RecordId keep_from;
    Released released;
};

/// Retention could empty a segment of the outbox, but the segment is in use. Told once for each obstacle.
struct Obstructed {
    std::string obstacle;
};

/// No consumer is registered, or all of them are cut off. Retention keeps everything, up to `bytes_max`. Told
/// when this begins.
struct NoConsumers {
    std::uint64_t bytes_max = 0;
};

/// The outbox notes a consumer that it did not know when this retention began. It is new, or it was forgotten and an
/// older state of Redis has brought its report back: only an operator can tell.
struct ConsumerRegistered {
    ConsumerName consumer;
    RecordId position;
};

/// What this consumer still needs takes the share `used` of a limit: at 1, retention cuts the consumer off.
/// Told when the share first exceeds Retention::Options::warn_at.
struct NearLimit {
    ConsumerName consumer;
    std::string_view limit;  ///< The limit's flag, such as `--log-max-age`: a literal, valid for ever.
    double used = 0;
};

/// The limits drop records that the floor would keep. Told when this begins.
struct FloorOverruled {
    RecordId floor_from;    ///< The least id that the floor keeps.
    RecordId allowed_from;  ///< The least id that the limits allow.
};

/// PostgreSQL's clock and this machine's disagree. Nothing goes for its age until they agree. Told when this
/// begins.
struct ClocksDisagree {
    std::chrono::milliseconds ahead{};  ///< PostgreSQL's clock; negative: it is behind.
};

/// Another program wrote an entry among the consumers' reports that is no report. Retention ignores it. Told once for
/// each entry.
struct StrayReport {
    std::string entry;  ///< `name: value`, cut to a short text.
};

/// More names report than a log can have consumers: another program forges them. Retention notes no report until they
/// are removed. It keeps what consumers needed before, up to the limits. Told when this begins.
struct TooManyNames {
    std::size_t names = 0;
    std::size_t names_max = 0;
};

/// Another database reported positions of this consumer, after Redis had forgotten to which one the consumer belongs.
/// Retention has noted the owner again and ignores what the other one reported; the log refuses it from now on.
struct OwnerRestored {
    ConsumerName consumer;
    ConsumerOwner owner;  ///< As the registry knows it.
    ConsumerOwner other;
};

/// A limit dropped records that this consumer had not applied.
struct ConsumerCutOff {
    ConsumerName consumer;
    CutOff missed;
};

/// A pass failed. Retention tries again after `pause`. From run() only: run_once() throws the error.
struct Retrying {
    Error error;
    Clock::Duration pause{};
};

}  // namespace retention_event

using RetentionEvent =
    std::variant<retention_event::Planned, retention_event::Dropped, retention_event::Obstructed,
                 retention_event::NoConsumers, retention_event::ConsumerRegistered,
                 retention_event::NearLimit, retention_event::FloorOverruled, retention_event::ClocksDisagree,
                 retention_event::StrayReport, retention_event::TooManyNames, retention_event::OwnerRestored,
                 retention_event::ConsumerCutOff, retention_event::Retrying>;

/// Listens to retention. Called on retention's thread, which waits for it. Must not throw. An example is in
/// contrail/streamer_events.hpp.
using OnRetentionEvent = std::function<void(const RetentionEvent& event)>;

}  // namespace contrail
