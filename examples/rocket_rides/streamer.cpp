#include "streamer.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "commands.hpp"
#include "contrail/component_log.hpp"
#include "contrail/open_log.hpp"
#include "contrail/run.hpp"

namespace rocket_rides {

void DoubleSendingLog::append_begin(contrail::RecordId expected, std::span<const contrail::Record> records) {
    log_.append_begin(expected, records);
    const bool twice = doubles_(random_);
    if (twice) log_.append_begin(expected, records);
    repeated_.push_back(twice ? records.size() : 0);
}

contrail::RecordId DoubleSendingLog::append_end() {
    const std::size_t repeated = repeated_.front();
    repeated_.pop_front();
    contrail::RecordId head = log_.append_end();
    if (repeated == 0) return head;
    head = log_.append_end();
    contrail::ComponentLog("streamer")
        .info("sent {records} records twice on purpose; the log refused the repeat, its head is {head}",
              {{"records", repeated}, {"head", head}});
    return head;
}

contrail::RecordId DoubleSendingLog::head() {
    repeated_.clear();  // head() forgets the appends in flight
    return log_.head();
}

void add_streamer_command(contrail::Program& program) {
    struct Options {
        contrail::StreamerProgramOptions streamer;
        double double_send_rate = 0.1;
        std::uint32_t seed = std::random_device{}();
    };
    const auto options = std::make_shared<Options>();
    CLI::App* const command =
        program.command("streamer", "Move records into the log, some of them twice", [&program, options] {
            const contrail::Settings& settings = program.require_servers();
            const auto log = contrail::open_log(settings);
            DoubleSendingLog doubling(*log, options->double_send_rate, options->seed);
            contrail::run_streamer(settings, doubling, options->streamer);
            return contrail::exit_success;
        });
    command->add_option("--double-send-rate", options->double_send_rate, "Share of appends to send twice")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--seed", options->seed, "Seed of the failures made on purpose");
    contrail::add_flags(*command, options->streamer);
}

}  // namespace rocket_rides
