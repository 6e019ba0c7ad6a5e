#include "cli/event_log.hpp"
#include "cli/run_stream.hpp"
#include "cli/streamer_admin.hpp"
#include "cli/streamer_options.hpp"
#include "contrail/open_log.hpp"
#include "contrail/run.hpp"
#include "contrail/signals.hpp"

namespace contrail {

void add_flags(CLI::App& command, StreamerProgramOptions& options) {
    cli::add_stream_options(command, options);
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
    admin.serve();
    cli::run_stream(settings, log, options, admin.stream(), stop);
}

}  // namespace contrail
