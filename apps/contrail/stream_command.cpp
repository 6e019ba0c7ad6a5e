#include <memory>

#include "cli/event_log.hpp"
#include "cli/streamer_options.hpp"
#include "command.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "contrail/signals.hpp"
#include "contrail/streamer.hpp"

namespace contrail::app {

void add_stream_command(Program& program) {
    const auto options = std::make_shared<Streamer::Options>();
    CLI::App* command =
        program.command("stream", "Move staged records from the outbox into the log", [&program, options] {
            const Settings& settings = program.require_servers();
            const auto stop = stop_on_signals();
            const auto outbox = postgres_outbox(settings);
            const auto log = redis_log(settings);
            cli::StreamerLog events;
            Streamer(*outbox, *log, system_clock(), *options, events).run(stop);
            return cli::exit_success;
        });
    cli::add_streamer_options(*command, *options);
}

}  // namespace contrail::app
