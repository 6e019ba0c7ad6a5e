#include "cli/streaming.hpp"

#include <thread>

#include "cli/admin_options.hpp"
#include "cli/event_log.hpp"
#include "cli/streamer_admin.hpp"
#include "cli/streamer_options.hpp"
#include "contrail/fan_out.hpp"
#include "contrail/redis.hpp"
#include "contrail/signals.hpp"
#include "metrics/appended_log.hpp"
#include "metrics/watched_outbox.hpp"

namespace contrail::cli {

void add_streaming_options(CLI::App& command, StreamingOptions& options) {
    add_streamer_options(command, options.streamer);
    add_segment_options(command, options.segments);
    add_retention_options(command, options.retention);
    add_admin_options(command, options.admin);
}

void stream(const Settings& settings, StreamerPorts streaming, RetentionPorts retaining,
            const StreamingOptions& options) {
    const auto stop = stop_on_signals();  // first: it blocks the signals for threads to come
    StreamerAdmin admin(settings, options.admin);
    metrics::WatchedOutbox outbox(streaming.outbox, admin.streamer());
    metrics::AppendedLog log(streaming.log, admin.streamer());
    admin.serve();
    log_admin_address(options.admin, admin.port());

    const auto on_retention_event =
        fan_out<RetentionEvent>({&log_retention_event, admin.retention().listener()});
    // Ends with the streamer: an emptied segment can wait, a streamer that a person must look at cannot.
    const std::jthread retention_thread([&](const std::stop_token& streamer_ended) {
        Retention(retaining.outbox, retaining.log, system_clock(), options.retention, on_retention_event)
            .run(streamer_ended);
    });
    const auto on_streamer_event =
        fan_out<StreamerEvent>({&log_streamer_event, redis_streamer_reports(settings, &log_report_failure),
                                admin.streamer().listener()});
    Streamer(outbox, log, system_clock(), options.streamer, on_streamer_event).run(stop);
}

}  // namespace contrail::cli
