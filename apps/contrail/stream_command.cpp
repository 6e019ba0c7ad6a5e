#include <memory>

#include "cli/streamer_options.hpp"
#include "cli/streaming.hpp"
#include "command.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"

namespace contrail::app {

namespace {

struct Options {
    Streamer::Options streamer;
    Retention::Options retention;
};

int run(const Settings& settings, const Options& options) {
    const auto outbox = postgres_outbox(settings);
    const auto log = redis_log(settings);
    const auto retained_outbox = postgres_outbox(settings);
    const auto retained_log = redis_log(settings);
    cli::stream({*outbox, *log}, options.streamer, {*retained_outbox, *retained_log}, options.retention);
    return cli::exit_success;
}

}  // namespace

void add_stream_command(Program& program) {
    const auto options = std::make_shared<Options>();
    CLI::App* command =
        program.command("stream",
                        "Move staged records from the outbox into the log, and drop there what no "
                        "consumer needs any more",
                        [&program, options] { return run(program.require_servers(), *options); });
    cli::add_streamer_options(*command, options->streamer);
    cli::add_retention_options(*command, options->retention);
}

}  // namespace contrail::app
