#include <iostream>
#include <memory>

#include "cli/confirm.hpp"
#include "command.hpp"
#include "contrail/open_log.hpp"
#include "contrail/postgres.hpp"
#include "operations/consumers/move.hpp"
#include "operations/consumers/partition.hpp"
#include "operations/consumers/progress_text.hpp"
#include "operations/consumers/reset.hpp"
#include "operations/consumers/running.hpp"
#include "postgres/checkpoint_owner.hpp"

namespace contrail::app {

namespace {

int list(const Settings& settings, bool json) {
    operations::Database database(settings, "consumer list");
    const auto log = open_log(settings);
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

    const auto log = open_log(settings);
    const auto outbox = postgres_outbox(settings);
    log->act_for(outbox->identity());
    if (operations::runs(consumer, *log, system_clock(), operations::report_wait_max))
        throw Error(Retry::call,
                    "Cannot forget consumer '" + consumer.str() +
                        "': it runs, and has registered itself again. Stop the consumer, and try again.");
    const bool known = outbox->registry().forget(consumer);
    log->forget(consumer);  // and its owner, which retention notes as long as the registry knows the consumer
    std::cout << (known ? "forgotten\n" : "forgotten; this database did not know the consumer\n");
    return cli::exit_success;
}

int move(const Settings& settings, const ConsumerName& consumer, bool really) {
    const auto log = open_log(settings);
    const auto checkpoints = postgres_checkpoints(settings);
    const auto move = operations::plan_move(consumer, *checkpoints, *log);
    std::cout << describe(move);
    if (move.is_done()) return cli::exit_success;
    if (!really) {
        std::cout << "Nothing was changed. To do it, add --execute.\n";
        return cli::exit_success;
    }
    postgres::settle_checkpoint_owner(settings);
    execute(move, *log, system_clock(), operations::report_wait_max);
    std::cout << "done\n";
    return cli::exit_success;
}

int reset(const Settings& settings, const ConsumerName& consumer, const std::string& place, bool really) {
    const auto log = open_log(settings);
    const auto checkpoints = postgres_checkpoints(settings);
    const auto segments = postgres_consumer_segments(settings);
    const auto reset = operations::plan_reset(consumer, place, *checkpoints, *segments, *log, system_clock());
    std::cout << describe(reset);
    if (!really) {
        std::cout << "Nothing was changed. To do it, add --execute.\n";
        return cli::exit_success;
    }
    execute(reset, *checkpoints, *segments, *log, system_clock(), operations::report_wait_max);
    std::cout << "done\n";
    return cli::exit_success;
}

int partition(const Settings& settings, const ConsumerName& consumer,
              operations::Partition (&plan)(const ConsumerName&, ConsumerSegments&), bool really) {
    const auto segments = postgres_consumer_segments(settings);
    const auto partition = plan(consumer, *segments);
    std::cout << describe(partition);
    if (!really) {
        std::cout << "Nothing was changed. To do it, add --execute.\n";
        return cli::exit_success;
    }
    execute(partition, *segments);
    std::cout << "done\n";
    return cli::exit_success;
}

int show_segments(const Settings& settings, const ConsumerName& consumer, bool json) {
    const auto places = postgres_consumer_segments(settings)->places(consumer);
    std::cout << (json ? operations::segments_json(consumer, places) : operations::segments_text(places));
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

void add_move(Program& program, CLI::App& consumer) {
    struct ConsumerFlags {
        std::string name;
        bool really = false;
    };
    const auto flags = std::make_shared<ConsumerFlags>();
    CLI::App* command = program.command(
        consumer, "move",
        "Let a consumer's name belong to this database; without --execute, say what that would do",
        [&program, flags] {
            return move(program.require_servers(), ConsumerName(flags->name), flags->really);
        });
    command->add_option("NAME", flags->name, "The consumer; DATABASE_URL is its new database")->required();
    command->add_flag("--execute", flags->really, "Do it");
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

void add_segments(Program& program, CLI::App& consumer) {
    struct ConsumerFlags {
        std::string name;
        bool json = false;
    };
    const auto flags = std::make_shared<ConsumerFlags>();
    CLI::App* command = program.command(
        consumer, "segments", "Show where each segment of a consumer is, and which instance works on it",
        [&program, flags] {
            return show_segments(program.require_database(), ConsumerName(flags->name), flags->json);
        });
    command->add_option("NAME", flags->name, "The consumer; DATABASE_URL is its database")->required();
    command->add_flag("--json", flags->json, "Print JSON instead of a table");
}

void add_partition(Program& program, CLI::App& consumer, const char* name, const char* help,
                   operations::Partition (&plan)(const ConsumerName&, ConsumerSegments&)) {
    struct ConsumerFlags {
        std::string name;
        bool really = false;
    };
    const auto flags = std::make_shared<ConsumerFlags>();
    CLI::App* command = program.command(consumer, name, help, [&program, flags, &plan] {
        return partition(program.require_database(), ConsumerName(flags->name), plan, flags->really);
    });
    command->add_option("NAME", flags->name, "The consumer; DATABASE_URL is its database")->required();
    command->add_flag("--execute", flags->really, "Do it");
}

}  // namespace

void add_consumer_command(Program& program) {
    CLI::App& consumer =
        program.group("consumer", "List consumers, forget, move or reset one, or change its segments");
    add_list(program, consumer);
    add_forget(program, consumer);
    add_move(program, consumer);
    add_reset(program, consumer);
    add_segments(program, consumer);
    add_partition(program, consumer, "split",
                  "Double a consumer's segments, while it runs; without --execute, say what that would do",
                  operations::plan_split);
    add_partition(program, consumer, "merge",
                  "Halve a consumer's segments, while it runs; without --execute, say what that would do",
                  operations::plan_merge);
}

}  // namespace contrail::app
