#include <memory>
#include <random>

#include "command.hpp"
#include "contrail/redis.hpp"
#include "contrail/run.hpp"
#include "double_sending_log.hpp"

namespace rocket_rides {

namespace {

struct Options {
    contrail::StreamerProgramOptions streaming;
    double double_send_rate = 0.1;
    std::uint32_t seed = std::random_device{}();
};

int run(const contrail::Settings& settings, const Options& options) {
    const auto log = contrail::redis_log(settings);
    DoubleSendingLog failing_log(*log, options.double_send_rate, options.seed);
    contrail::run_streamer(settings, failing_log, options.streaming);
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
    contrail::add_flags(*command, options->streaming);
}

}  // namespace rocket_rides
