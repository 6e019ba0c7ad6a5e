#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "cli/confirm.hpp"
#include "command.hpp"
#include "contrail/error.hpp"
#include "dead_letters_text.hpp"
#include "postgres/dead_letters.hpp"

namespace contrail::app {

namespace {

using postgres::DeadLetters;

struct DeadLettersFlags {
    std::string consumer;
    std::string id;
    bool all = false;
    bool json = false;
    bool yes = false;
    std::uint64_t records_max = 100;
};

RecordId record_id(const std::string& text) {
    if (const auto id = RecordId::parse(text)) return *id;
    throw Error(Retry::never, "'" + text + "' is not a record id. A record id looks like 1700000000000-7.");
}

/// Which records of the consumer are meant: one, or, with nothing, all.
std::optional<RecordId> choice(const DeadLettersFlags& flags) {
    if (flags.all == flags.id.empty()) return flags.all ? std::nullopt : std::optional(record_id(flags.id));
    throw Error(Retry::never, "Name either one record by its id, or all of them with --all.");
}

[[noreturn]] void nothing_found(const DeadLettersFlags& flags, const Settings& settings) {
    const std::string whose = "Consumer '" + flags.consumer + "' of log " + settings.stream_name;
    if (flags.id.empty()) throw Error(Retry::call, whose + " has parked no record.");
    throw Error(Retry::call, whose + " has not parked record " + flags.id +
                                 ". `contrail dead-letters list` shows the records that it has.");
}

std::string records_text(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " record" : " records");
}

int list(const Settings& settings, const DeadLettersFlags& flags) {
    const auto consumer = flags.consumer.empty() ? std::nullopt : std::optional(ConsumerName(flags.consumer));
    DeadLetters dead_letters(settings);
    const auto total = dead_letters.count(consumer);
    const auto records = dead_letters.list(consumer, flags.records_max);
    std::cout << (flags.json ? to_json(records, total, settings.stream_name) : to_text(records, total));
    return cli::exit_success;
}

int show(const Settings& settings, const DeadLettersFlags& flags) {
    const auto record = DeadLetters(settings).find(ConsumerName(flags.consumer), record_id(flags.id));
    if (!record) nothing_found(flags, settings);
    std::cout << (flags.json ? to_json(*record) : to_text(*record));
    return cli::exit_success;
}

int retry(const Settings& settings, const DeadLettersFlags& flags) {
    const auto marked = DeadLetters(settings).mark(ConsumerName(flags.consumer), choice(flags));
    if (marked == 0) nothing_found(flags, settings);
    std::cout
        << records_text(marked) << " marked. If consumer '" << flags.consumer
        << "' runs, it applies them within two seconds, out of their order. Records that it rejects again "
           "stay parked, with the new error.\n";
    return cli::exit_success;
}

int discard(const Settings& settings, const DeadLettersFlags& flags) {
    const ConsumerName consumer(flags.consumer);
    const auto id = choice(flags);
    DeadLetters dead_letters(settings);
    const std::uint64_t count =
        id ? (dead_letters.find(consumer, *id) ? 1 : 0) : dead_letters.count(consumer);
    if (count == 0) nothing_found(flags, settings);
    if (!flags.yes && !cli::confirmed("Discard " + records_text(count) + "? Consumer '" + flags.consumer +
                                      "' will never apply them."))
        return cli::exit_failure;
    std::cout << records_text(dead_letters.discard(consumer, id)) << " discarded\n";
    return cli::exit_success;
}

/// Declares a subcommand about one consumer's records.
CLI::App* add(Program& program, CLI::App& group, const std::string& name, const std::string& description,
              const std::shared_ptr<DeadLettersFlags>& flags,
              int (*run)(const Settings&, const DeadLettersFlags&)) {
    CLI::App* command = program.command(
        group, name, description, [&program, flags, run] { return run(program.require_database(), *flags); });
    command->add_option("CONSUMER", flags->consumer, "Its name; DATABASE_URL is its database")->required();
    return command;
}

}  // namespace

void add_dead_letters_command(Program& program) {
    const auto flags = std::make_shared<DeadLettersFlags>();
    CLI::App& group =
        program.group("dead-letters", "Show, retry or discard records that consumers rejected and parked");

    CLI::App* listing = program.command(group, "list", "List parked records", [&program, flags] {
        return list(program.require_database(), *flags);
    });
    listing->add_option("--consumer", flags->consumer, "Only records of this consumer");
    listing->add_option("--max", flags->records_max, "Most records to list")->capture_default_str();
    listing->add_flag("--json", flags->json, "Print JSON instead of a table");

    CLI::App* showing = add(program, group, "show", "Show everything about one record", flags, show);
    showing->add_option("ID", flags->id, "The record's id")->required();
    showing->add_flag("--json", flags->json, "Print JSON");

    CLI::App* retrying = add(program, group, "retry",
                             "Let the consumer apply records after all, out of their order", flags, retry);
    retrying->add_option("ID", flags->id, "The record's id");
    retrying->add_flag("--all", flags->all, "All records of this consumer");

    CLI::App* discarding =
        add(program, group, "discard", "Drop parked records for good: the consumer never applies them", flags,
            discard);
    discarding->add_option("ID", flags->id, "The record's id");
    discarding->add_flag("--all", flags->all, "All records of this consumer");
    discarding->add_flag("--yes", flags->yes, "Do not ask");
}

}  // namespace contrail::app
