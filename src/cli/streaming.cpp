#include "cli/streaming.hpp"

#include <thread>

#include "cli/event_log.hpp"
#include "cli/streamer_options.hpp"
#include "contrail/event_list.hpp"
#include "contrail/redis.hpp"
#include "contrail/signals.hpp"

namespace contrail::cli {

void add_streaming_options(CLI::App& command, StreamingOptions& options) {
    add_streamer_options(command, options.streamer);
    add_segment_options(command, options.segments);
    add_retention_options(command, options.retention);
}

void stream(const Settings& settings, StreamerPorts streaming, StreamerPorts retaining,
            const StreamingOptions& options) {
    const auto stop = stop_on_signals();  // first: it blocks the signals for threads to come
    RetentionLog retention_log;
    // Ends with the streamer: an emptied segment can wait, a streamer that a person must look at cannot.
    const std::jthread retention_thread([&](const std::stop_token& streamer_ended) {
        Retention(retaining.outbox, retaining.log, system_clock(), options.retention, retention_log)
            .run(streamer_ended);
    });
    StreamerLog streamer_log;
    const auto reports = redis_streamer_reports(settings, &log_report_failure);
    StreamerEventList events({&streamer_log, reports.get()});
    Streamer(streaming.outbox, streaming.log, system_clock(), options.streamer, events).run(stop);
}

}  // namespace contrail::cli
