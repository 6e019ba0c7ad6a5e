#pragma once

#include <string_view>

namespace contrail {

/// What a streamer or a consumer is doing. `contrail status`, `contrail consumer list`, the metrics and the
/// page all use these states.
enum class ProgramState {
    streaming,    ///< A streamer that has just sent a batch.
    consuming,    ///< A consumer that has just committed.
    idle,         ///< It has nothing to do.
    standing_by,  ///< Another instance works. This one takes over when that one stops.
    held_back,    ///< A streamer that waits for room in the log's server.
    retrying,     ///< Something failed. It tries again.
    halted,       ///< It ended with an error. An operator must act first.
    cut_off,      ///< A limit on the log dropped records that this consumer had not applied.
    stalled,      ///< Records wait for this consumer, and its position does not move.
    stopped,      ///< It has ended, or has been silent for some seconds.
    unknown,      ///< It has never published a status, or the log's server cannot be asked.
};

/// `streaming`, `standing_by` …
std::string_view name(ProgramState state);

/// The state of this name. `unknown` for any other name: a newer program may have states that this one lacks.
ProgramState program_state(std::string_view name);

}  // namespace contrail
