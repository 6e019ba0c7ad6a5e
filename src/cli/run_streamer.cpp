#include <thread>

#include "cli/event_log.hpp"
#include "cli/streamer_admin.hpp"
#include "cli/streamer_options.hpp"
#include "contrail/fan_out.hpp"
#include "contrail/open_log.hpp"
#include "contrail/published_status.hpp"
#include "contrail/run.hpp"
#include "contrail/signals.hpp"
#include "metrics/metered_log_writer.hpp"
#include "metrics/metered_outbox.hpp"

namespace contrail {

void add_flags(CLI::App& command, StreamerProgramOptions& options) {
    cli::add_streamer_options(command, options.streamer);
    cli::add_segment_options(command, options.segments);
    cli::add_retention_options(command, options.retention);
    add_flags(command, options.admin);
}

void run_streamer(const Settings& settings, const StreamerProgramOptions& options) {
    const auto log = open_log(settings);
    run_streamer(settings, *log, options);
}

void run_streamer(const Settings& settings, LogWriter& log, const StreamerProgramOptions& options) {
    const auto stop = stop_on_signals();  // first: it blocks the signals for threads to come
    cli::log_unchecked_certificate("streamer", settings);
    cli::StreamerAdmin admin(settings, options.admin);
    const auto outbox = postgres_outbox(settings);
    metrics::MeteredOutbox metered_outbox(*outbox, admin.streamer());
    metrics::MeteredLogWriter metered_log(log, admin.streamer());
    admin.serve();

    const StreamerStatusListeners status = streamer_status(settings, &cli::log_status_failure);
    const auto on_retention_event = fan_out<RetentionEvent>(
        {&cli::log_retention_event, status.on_retention_event, admin.retention().listener()});
    const auto retained_outbox = postgres_outbox(settings, options.segments);
    const auto retained_log = open_log(settings);
    // Ends with the streamer: an emptied segment can wait, a streamer that needs an operator cannot.
    const std::jthread retention_thread([&](const std::stop_token& streamer_ended) {
        Retention(*retained_outbox, *retained_log, system_clock(), options.retention, on_retention_event)
            .run(streamer_ended);
    });
    const auto on_streamer_event = fan_out<StreamerEvent>(
        {&cli::log_streamer_event, status.on_streamer_event, admin.streamer().listener()});
    Streamer(metered_outbox, metered_log, system_clock(), options.streamer, on_streamer_event).run(stop);
}

}  // namespace contrail
