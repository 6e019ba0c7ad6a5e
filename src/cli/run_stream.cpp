#include "cli/run_stream.hpp"

#include <string>
#include <thread>

#include "cli/event_log.hpp"
#include "contrail/fan_out.hpp"
#include "contrail/open_log.hpp"
#include "contrail/published_status.hpp"
#include "core/listener.hpp"
#include "logging/line_formatter.hpp"
#include "metrics/metered_log_writer.hpp"
#include "metrics/metered_outbox.hpp"

namespace contrail::cli {

void run_stream(const Settings& settings, LogWriter& log, const StreamerProgramOptions& options,
                StreamAdmin& admin, const std::stop_token& stop, const OnStreamerEvent& on_event) {
    // The threads that this one starts log as it does.
    const std::string stream(logging::LineContext::current().stream);
    const auto outbox = postgres_outbox(settings);
    metrics::MeteredOutbox metered_outbox(*outbox, admin.streamer());
    metrics::MeteredLogWriter metered_log(log, admin.streamer());

    const auto on_status_failure = [&stream](const Error& error) {
        const logging::LineContextScope of_stream({.stream = stream});
        log_status_failure(error);
    };
    const StreamerStatusListeners status = streamer_status(settings, on_status_failure, options.status_every);
    const auto on_retention_event = fan_out<RetentionEvent>(
        {&log_retention_event, status.on_retention_event, admin.retention().listener()});
    const auto retained_outbox = postgres_outbox(settings, options.segments);
    const auto retained_log = open_log(settings);
    // Ends with the streamer: an emptied segment can wait, a streamer that needs an operator cannot.
    const std::jthread retention_thread([&](const std::stop_token& streamer_ended) {
        const logging::LineContextScope of_stream({.stream = stream});
        Retention(*retained_outbox, *retained_log, system_clock(), options.retention, on_retention_event)
            .run(streamer_ended);
    });
    const auto on_streamer_event = fan_out<StreamerEvent>(
        {&log_streamer_event, status.on_streamer_event, admin.streamer().listener(), or_ignore(on_event)});
    Streamer(metered_outbox, metered_log, system_clock(), options.streamer, on_streamer_event).run(stop);
}

}  // namespace contrail::cli
