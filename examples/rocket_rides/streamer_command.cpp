#include <memory>
#include <random>

#include "cli/streaming.hpp"
#include "command.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "double_sending_log.hpp"

namespace rocket_rides {

namespace {

struct Options {
    contrail::cli::StreamingOptions streaming;
    double double_send_rate = 0.1;
    std::uint32_t seed = std::random_device{}();
};

int run(const contrail::Settings& settings, const Options& options) {
    const auto outbox = contrail::postgres_outbox(settings);
    const auto log = contrail::redis_log(settings);
    DoubleSendingLog failing_log(*log, options.double_send_rate, options.seed);
    const auto retained_outbox = contrail::postgres_outbox(settings, options.streaming.segments);
    const auto retained_log = contrail::redis_log(settings);
    contrail::cli::stream(settings, {*outbox, failing_log}, {*retained_outbox, *retained_log},
                          options.streaming);
    return contrail::cli::exit_success;
}

}  // namespace

void add_streamer_command(Program& program) {
    const auto options = std::make_shared<Options>();
    CLI::App* command =
        program.command("streamer", "As `contrail stream`, but some batches are sent twice",
                        [&program, options] { return run(program.require_servers(), *options); });
    command
        ->add_option("--double-send-rate", options->double_send_rate, "Share of appends that are sent twice")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--seed", options->seed, "Seed of the failures made on purpose");
    contrail::cli::add_streaming_options(*command, options->streaming);
}

}  // namespace rocket_rides
