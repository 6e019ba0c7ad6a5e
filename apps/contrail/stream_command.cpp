#include <memory>

#include "cli/streaming.hpp"
#include "command.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"

namespace contrail::app {

namespace {

int run(const Settings& settings, const cli::StreamingOptions& options) {
    const auto outbox = postgres_outbox(settings);
    const auto log = redis_log(settings);
    const auto retained_outbox = postgres_outbox(settings, options.segments);
    const auto retained_log = redis_log(settings);
    cli::stream(settings, {*outbox, *log}, {*retained_outbox, *retained_log}, options);
    return cli::exit_success;
}

}  // namespace

void add_stream_command(Program& program) {
    const auto options = std::make_shared<cli::StreamingOptions>();
    CLI::App* command =
        program.command("stream",
                        "Move staged records from the outbox into the log, and drop there what no "
                        "consumer needs any more",
                        [&program, options] { return run(program.require_servers(), *options); });
    cli::add_streaming_options(*command, *options);
}

}  // namespace contrail::app
