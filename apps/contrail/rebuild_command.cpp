#include <iostream>
#include <memory>

#include "archive/archive_reader.hpp"
#include "archive/refill.hpp"
#include "command.hpp"
#include "contrail/open_log.hpp"
#include "contrail/postgres.hpp"
#include "logs/logs.hpp"
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

/// Fills a log that has lost what the outbox has released. What the outbox holds, the streamer sends.
int refill(const Settings& settings, const std::string& folder, bool really) {
    const auto outbox = postgres_outbox(settings);
    const auto log = open_log(settings);
    archive::ArchiveReader archive{archive::Folder(folder)};
    const auto refill = archive::plan_refill(*outbox, *log, archive);
    if (!refill) {
        std::cout
            << "the outbox holds all that follows the log's head and that a consumer needs: the streamer sends it, and "
               "nothing is to be filled from the archive\n";
        return cli::exit_success;
    }
    std::cout << "the log ends with " << refill->head.to_string()
              << ", and the outbox has released the records up to " << refill->last.to_string()
              << "; the archive holds " << refill->last.offset.value - refill->after.offset.value
              << " of them, after " << refill->after.to_string() << '\n';
    if (!really) {
        std::cout << "Nothing was changed. With --execute, the command appends them to the log.\n";
        return cli::exit_failure;
    }
    execute(*refill, *outbox, *log, archive);
    std::cout << "the log was filled up to " << refill->last.to_string()
              << "; start the streamer, which sends the rest\n";
    return cli::exit_success;
}

int run(const Settings& settings, bool execute) {
    if (logs::is_in_kafka(settings))
        throw Error(
            Retry::never,
            "Cannot rebuild a log in Kafka: no topic can take the place of another in one step. Nothing was "
            "changed. If the log has gaps, stop its streamers, delete the topic and the one that ends in "
            "'.notes', and start them again: they fill a new topic with what the outbox still holds.");
    const auto outbox = postgres_outbox(settings);
    redis::RedisLog log(redis::endpoint_of(settings), StreamName(settings.stream_name));
    StreamScan found = redis::scan_stream(log, *outbox);
    print(found);
    if (found.flaws_count == 0) return cli::exit_success;
    if (found.beyond_repair()) {
        std::cout
            << "Nothing was changed: the outbox has released the missing records, too. Name an archive that holds "
               "them (--archive DIR), restore the log from a backup, or reset the consumers that need them.\n";
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
    const auto folder = std::make_shared<std::string>();
    CLI::App* command = program.command(
        "rebuild",
        "Find gaps in the log, and fill them with records that the outbox or an archive still hold",
        [&program, execute, folder] {
            const Settings& settings = program.require_servers();
            return folder->empty() ? run(settings, *execute) : refill(settings, *folder, *execute);
        });
    command
        ->add_option(
            "--archive", *folder,
            "Folder of an archive. The command fills a log that has lost what the outbox has released")
        ->type_name("DIR");
    command->add_flag(
        "--execute", *execute,
        "Write a complete copy of the log, and replace the log with it. Without this flag, the command only "
        "lists the gaps");
}

}  // namespace contrail::app
