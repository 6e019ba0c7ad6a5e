#include <iostream>
#include <memory>

#include "command.hpp"
#include "contrail/postgres.hpp"
#include "redis/rebuild.hpp"
#include "redis/redis_log.hpp"

namespace contrail::app {

namespace {

using redis::StreamScan;

void print(const StreamScan& found) {
    const LogUsage& usage = found.usage;
    std::cout << "the log holds " << usage.records << " records, " << usage.first.to_string() << " to "
              << usage.head.to_string() << "; ";
    if (found.beyond_repair()) {
        std::cout << "the outbox holds none of them any more\n";
    } else {
        std::cout << "the outbox holds them from offset " << found.outbox_first.value << " on\n";
    }
    for (const std::string& flaw : found.flaws) std::cout << flaw << '\n';
    if (found.flaws_count > found.flaws.size())
        std::cout << "… and " << found.flaws_count - found.flaws.size() << " more\n";
    if (found.flaws_count == 0) std::cout << "nothing is wrong with it\n";
}

int run(const Settings& settings, bool execute) {
    const auto outbox = postgres_outbox(settings);
    redis::RedisLog log(redis::endpoint_of(settings), StreamName(settings.stream_name));
    StreamScan found = redis::scan_stream(log, *outbox);
    print(found);
    if (found.flaws_count == 0) return cli::exit_success;
    if (found.beyond_repair()) {
        std::cout << "the outbox does not hold what is missing either: nothing was changed\n";
        return cli::exit_failure;
    }
    if (!execute) {
        std::cout << "--execute would write offsets " << found.whole_from.value << " to "
                  << found.usage.head.offset.value
                  << " into a fresh stream and put it in place of the log's; nothing was changed\n";
        return cli::exit_failure;
    }
    redis::rebuild(settings, *outbox, found);
    std::cout << "the log was rebuilt\n";
    found = redis::scan_stream(log, *outbox);
    print(found);
    return found.flaws_count == 0 ? cli::exit_success : cli::exit_failure;
}

}  // namespace

void add_rebuild_command(Program& program) {
    const auto execute = std::make_shared<bool>(false);
    CLI::App* command = program.command(
        "rebuild", "Find holes in the log, and fill them with what the outbox still holds",
        [&program, execute] { return run(program.require_servers(), *execute); });
    command->add_flag("--execute", *execute,
                      "Write the log anew, beside it, and swap the two; without it, only say what is wrong");
}

}  // namespace contrail::app
