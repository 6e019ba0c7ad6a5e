#include <iostream>
#include <memory>

#include "cli/confirm.hpp"
#include "command.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "operations/consumers/progress_text.hpp"
#include "operations/consumers/reset.hpp"
#include "operations/consumers/running.hpp"

namespace contrail::app {

namespace {

int list(const Settings& settings, bool json) {
    operations::Database database(settings, "consumer list");
    const auto log = redis_log(settings);
    const auto consumers = consumer_progress(database, *log);
    const RecordId head = log->head();
    std::cout << (json ? to_json(consumers, head, settings.stream_name) : to_text(consumers, head));
    return cli::exit_success;
}

int forget(const Settings& settings, const ConsumerName& consumer, bool yes) {
    std::cout
        << "Log and outbox will no longer keep records for consumer '" << consumer.str()
        << "'. Within seconds they drop, for good, what only this consumer still needs. Its checkpoint and "
           "its effects stay.\n";
    if (!yes && !cli::confirmed("Forget it?")) return cli::exit_failure;

    const auto log = redis_log(settings);
    const auto outbox = postgres_outbox(settings);
    log->act_for(outbox->identity());
    if (operations::runs(consumer, *log, system_clock(), operations::report_wait_max))
        throw Error(Retry::call,
                    "Cannot forget consumer '" + consumer.str() +
                        "': it runs, and has registered itself again. Stop the consumer, and try again.");
    const bool known = outbox->registry().forget(consumer);
    std::cout << (known ? "forgotten\n" : "forgotten; this database did not know the consumer\n");
    return cli::exit_success;
}

int reset(const Settings& settings, const ConsumerName& consumer, const std::string& place, bool really) {
    const auto log = redis_log(settings);
    const auto checkpoints = postgres_checkpoints(settings);
    const auto reset = operations::plan_reset(consumer, place, *checkpoints, *log, system_clock());
    std::cout << describe(reset);
    if (!really) {
        std::cout << "Nothing was changed. To do it, add --execute.\n";
        return cli::exit_success;
    }
    execute(reset, *checkpoints, *log, system_clock(), operations::report_wait_max);
    std::cout << "done\n";
    return cli::exit_success;
}

void add_list(Program& program, CLI::App& consumer) {
    const auto json = std::make_shared<bool>(false);
    CLI::App* command =
        program.command(consumer, "list", "Show how far each consumer is, and which ones hold up the log",
                        [&program, json] { return list(program.require_servers(), *json); });
    command->add_flag("--json", *json, "Print JSON instead of a table");
}

void add_forget(Program& program, CLI::App& consumer) {
    struct ConsumerFlags {
        std::string name;
        bool yes = false;
    };
    const auto flags = std::make_shared<ConsumerFlags>();
    CLI::App* command = program.command(
        consumer, "forget", "Keep no more records for a consumer that will not run again", [&program, flags] {
            return forget(program.require_servers(), ConsumerName(flags->name), flags->yes);
        });
    command->add_option("NAME", flags->name, "The consumer")->required();
    command->add_flag("--yes", flags->yes, "Do not ask");
}

void add_reset(Program& program, CLI::App& consumer) {
    struct ConsumerFlags {
        std::string name;
        std::string place;
        bool really = false;
    };
    const auto flags = std::make_shared<ConsumerFlags>();
    CLI::App* command = program.command(
        consumer, "reset", "Move a consumer's checkpoint; without --execute, say what that would do",
        [&program, flags] {
            return reset(program.require_servers(), ConsumerName(flags->name), flags->place, flags->really);
        });
    command->add_option("NAME", flags->name, "The consumer; DATABASE_URL is its database")->required();
    command
        ->add_option("--to", flags->place,
                     "earliest, latest, the id of a record that counts as applied, or a time (RFC 3339)")
        ->required();
    command->add_flag("--execute", flags->really, "Do it");
}

}  // namespace

void add_consumer_command(Program& program) {
    CLI::App& consumer = program.group("consumer", "List consumers, forget one, or reset its checkpoint");
    add_list(program, consumer);
    add_forget(program, consumer);
    add_reset(program, consumer);
}

}  // namespace contrail::app
