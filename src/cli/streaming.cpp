#include "cli/streaming.hpp"

#include <thread>

#include "cli/event_log.hpp"
#include "contrail/signals.hpp"

namespace contrail::cli {

void stream(StreamerPorts streaming, const Streamer::Options& streamer, StreamerPorts retaining,
            const Retention::Options& retention) {
    const auto stop = stop_on_signals();  // first: it blocks the signals for threads to come
    RetentionLog retention_log;
    // Ends with the streamer: an emptied segment can wait, a streamer that a person must look at cannot.
    const std::jthread retention_thread([&](const std::stop_token& streamer_ended) {
        Retention(retaining.outbox, retaining.log, system_clock(), retention, retention_log)
            .run(streamer_ended);
    });
    StreamerLog streamer_log;
    Streamer(streaming.outbox, streaming.log, system_clock(), streamer, streamer_log).run(stop);
}

}  // namespace contrail::cli
