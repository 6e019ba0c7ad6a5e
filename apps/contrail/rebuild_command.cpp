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
        std::cout << "the outbox has released all of them\n";
    } else {
        std::cout << "the outbox holds them from offset " << found.outbox_first.value << " on\n";
    }
    for (const std::string& flaw : found.flaws) std::cout << flaw << '\n';
    if (found.flaws_count > found.flaws.size())
        std::cout << "… and " << found.flaws_count - found.flaws.size() << " more\n";
    if (found.flaws_count == 0) std::cout << "the log is complete\n";
}

int run(const Settings& settings, bool execute) {
    const auto outbox = postgres_outbox(settings);
    redis::RedisLog log(redis::endpoint_of(settings), StreamName(settings.stream_name));
    StreamScan found = redis::scan_stream(log, *outbox);
    print(found);
    if (found.flaws_count == 0) return cli::exit_success;
    if (found.beyond_repair()) {
        std::cout
            << "Nothing was changed: the outbox has released the missing records, too. Restore the log from "
               "a backup, or reset the consumers that need them.\n";
        return cli::exit_failure;
    }
    if (!execute) {
        std::cout << "Nothing was changed. With --execute, the command writes offsets "
                  << found.whole_from.value << " to " << found.usage.head.offset.value
                  << " into a new stream, and replaces the log with it.\n";
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
        "rebuild", "Find gaps in the log, and fill them with records that the outbox still holds",
        [&program, execute] { return run(program.require_servers(), *execute); });
    command->add_flag(
        "--execute", *execute,
        "Write a complete copy of the log, and replace the log with it. Without this flag, the command only "
        "lists the gaps");
}

}  // namespace contrail::app
