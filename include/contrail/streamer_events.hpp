#pragma once

#include <cstdint>
#include <functional>
#include <variant>

#include "contrail/clock.hpp"
#include "contrail/error.hpp"
#include "contrail/log_usage.hpp"
#include "contrail/outbox.hpp"
#include "contrail/record.hpp"

namespace contrail {

/// What a streamer tells while it works. Each event is a value: a listener may keep it.
namespace streamer_event {

/// The streamer found its place from the log's head. It first sends the `resend` records that were sealed
/// before and that the log lacks: after a crash between seal and append, or because the log lost its tail.
struct Located {
    RecordId head;
    std::uint64_t resend = 0;
};

/// The outbox has released the record after `head`, and every consumer is past that part. The streamer
/// emptied the log, which goes on after `from`.
struct Restarted {
    RecordId head;
    RecordId from;
};

/// The log's server has little memory left. The streamer sends nothing until consumers have made room.
struct HeldBack {
    LogUsage usage;
};

/// The log's server has room again.
struct Resumed {};

/// The streamer read this batch to its end and handed all of it to the log, whose answers may still be due.
struct BatchAppended {
    Batch batch;
};

/// The streamer has sent all that it may, and waits: for more in the outbox, or for room in the log's server.
/// Once, when it begins to wait.
struct Waiting {};

/// The log's head is not `expected`, so the log wrote nothing. The streamer looks for its place again.
struct Refused {
    RecordId expected;
    RecordId head;
};

/// Another streamer leads. This one waits to take over.
struct StandingBy {};

/// The streamer stood by, and now works beside the one that leads: the log's head stood at `head` for
/// `stood_still` while records waited. If the other one wakes, this one stands by again.
struct TakingOver {
    RecordId head;
    Clock::Duration stood_still{};
};

/// A call failed. The streamer tries again after `pause`. From run() only: run_once() throws the error.
struct Retrying {
    Error error;
    Clock::Duration pause{};
};

/// run() ends with this error, and throws it next: an operator must act first.
struct Halted {
    Error error;
};

}  // namespace streamer_event

using StreamerEvent =
    std::variant<streamer_event::Located, streamer_event::Restarted, streamer_event::HeldBack,
                 streamer_event::Resumed, streamer_event::BatchAppended, streamer_event::Waiting,
                 streamer_event::Refused, streamer_event::StandingBy, streamer_event::TakingOver,
                 streamer_event::Retrying, streamer_event::Halted>;

/// Listens to a streamer. Called on the streamer's thread, which waits for it. Must not throw.
///
///     contrail::OnStreamerEvent listener = [](const contrail::StreamerEvent& event) {
///         std::visit(contrail::overloaded{
///                        [](const contrail::streamer_event::Halted& halted) { page(halted.error.what()); },
///                        [](const auto&) {},  // the other events
///                    },
///                    event);
///     };
using OnStreamerEvent = std::function<void(const StreamerEvent& event)>;

}  // namespace contrail
