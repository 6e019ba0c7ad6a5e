#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/terminal.hpp"
#include "command.hpp"
#include "operations/status/problems.hpp"
#include "operations/status/status_json.hpp"
#include "operations/status/status_poller.hpp"
#include "operations/status/status_text.hpp"

namespace contrail::app {

namespace {

constexpr Clock::Duration watch_interval_min{100};

struct StatusFlags {
    bool json = false;
    bool watch = false;
    double interval_seconds = 1;

    [[nodiscard]] Clock::Duration interval() const {
        return Clock::Duration(static_cast<Clock::Duration::rep>(interval_seconds * 1000));
    }
};

void print(const operations::Status& status, const StatusFlags& flags) {
    std::cout << (flags.json ? to_json(status) : to_text(status, cli::on_coloured_terminal())) << std::flush;
}

/// Overwrites the table before. No line is empty in between, so nothing flickers.
void print_in_place(const operations::Status& status) {
    std::string lines = to_text(status, cli::on_coloured_terminal());
    for (auto at = lines.find('\n'); at != std::string::npos; at = lines.find('\n', at + 4))
        lines.insert(at, "\x1b[K");  // the rest of the line before
    std::cout << "\x1b[H" << lines << "\x1b[J" << std::flush;
}

/// Returns once the output is lost.
int watch(operations::StatusPoller& poller, const StatusFlags& flags) {
    // SIGINT ends the program at once: there is nothing to clean up.
    const bool in_place = cli::on_terminal() && !flags.json;
    if (in_place) std::cout << "\x1b[2J";
    for (bool first = true; std::cout; first = false) {
        const auto status = poller.poll();
        if (in_place) {
            print_in_place(status);
        } else {
            if (!first && !flags.json) std::cout << '\n';
            print(status, flags);
        }
        system_clock().wait(std::max(flags.interval(), watch_interval_min), std::stop_token());
    }
    return cli::exit_failure;
}

int run(const Settings& settings, const StatusFlags& flags) {
    operations::StatusPoller poller(settings);
    if (flags.watch) return watch(poller, flags);
    auto status = poller.poll();
    // Without both servers there are no rates, and a second poll would only wait for the silent one again.
    const bool complete = status.log.error.empty() && status.outbox.error.empty();
    if (complete && flags.interval().count() > 0) {
        system_clock().wait(flags.interval(), std::stop_token());
        status = poller.poll();
    }
    print(status, flags);
    return operations::problems(status).empty() ? cli::exit_success : cli::exit_failure;
}

}  // namespace

void add_status_command(Program& program) {
    const auto flags = std::make_shared<StatusFlags>();
    CLI::App* command = program.command("status", "Show the state of log, outbox, streamer and consumers",
                                        [&program, flags] { return run(program.require_servers(), *flags); });
    command->add_flag("--json", flags->json, "Print JSON instead of a table");
    command->add_flag("--watch", flags->watch, "Repeat until Ctrl-C");
    command
        ->add_option("--interval", flags->interval_seconds,
                     "Seconds between two polls, over which rates are computed. 0: one poll, and no rates")
        ->check(CLI::Range(0.0, 3'600.0))
        ->capture_default_str();
}

}  // namespace contrail::app
