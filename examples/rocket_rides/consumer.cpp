#include "consumer.hpp"

#include <fmt/format.h>

#include <csignal>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>

#include "commands.hpp"
#include "contrail/run.hpp"
#include "ride.hpp"
#include "totals.hpp"

namespace rocket_rides {

void add_up(contrail::Transaction& transaction, std::span<const contrail::Record> records,
            const std::string& name, bool quiet, contrail::Segment segment) {
    contrail::Sql sql = contrail::sql(transaction);
    double total = load_total(sql, name, segment);
    const std::string of = segment.is_all() ? "" : "segment=" + segment.to_string() + ' ';

    // One by one, in the order of the log. Sums of doubles depend on their order, and consumers whose batches
    // end at different records must show the same total at the same record.
    std::string lines;
    for (const contrail::Record& record : records) {
        const auto ride = read_ride(record);
        if (!ride) continue;
        total += ride->distance - ride->previous_distance;
        if (!quiet)
            fmt::format_to(std::back_inserter(lines), "Consumed record: {} {}total_distance={:.1f}m\n",
                           record.data, of, total);
    }
    save_total(sql, name, segment, total);
    std::cout << lines << std::flush;
}

std::string sum_of_rides(contrail::Reconciliation& reconciliation) {
    contrail::Sql sql = reconciliation.sql();
    sql.execute("SET LOCAL extra_float_digits = 1");
    return sql.execute("SELECT coalesce(sum(distance::text::numeric), 0) FROM rides")[0][0].value();
}

contrail::ReconciledState reconciled_total(const contrail::Settings& settings, const std::string& name) {
    contrail::Reconciliation reconciliation(settings);
    const double total = std::stod(sum_of_rides(reconciliation));
    return {.last_id = reconciliation.last_id(), .write = [name, total](contrail::Transaction& transaction) {
                contrail::Sql sql = contrail::sql(transaction);
                save_total(sql, name, {}, total);
            }};
}

void Crashes::perhaps() {
    if (mode_ == Mode::none || !crashes_(random_)) return;
    if (mode_ == Mode::kill) std::raise(SIGKILL);
    throw contrail::Error(
        contrail::Retry::transaction,
        "Crash simulated! Records consumed, but the transaction was abandoned before its commit.");
}

void add_flags(CLI::App& command, Crashes::Options& options) {
    static const std::map<std::string, Crashes::Mode> modes{{"none", Crashes::Mode::none},
                                                            {"exception", Crashes::Mode::exception},
                                                            {"kill", Crashes::Mode::kill}};
    command
        .add_option("--crash", options.mode, "How to crash on purpose before a commit: none, exception, kill")
        ->transform(CLI::CheckedTransformer(modes, CLI::ignore_case))
        ->default_str("exception");
    command.add_option("--crash-rate", options.rate, "Share of commits that crash")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command.add_option("--seed", options.seed, "Seed of the failures made on purpose");
}

namespace {

struct ConsumerFlags {
    std::string name;
    bool quiet = false;
    Crashes::Options crashes;
    contrail::ConsumerProgramOptions consumer;
};

/// What a thread of its own works with.
contrail::WorkerHandler worker(const ConsumerFlags& flags, contrail::Segment segment) {
    Crashes::Options own = flags.crashes;
    own.seed += segment.number;
    return {.handler = [&flags, segment, crashes = std::make_shared<Crashes>(own)](
                           contrail::Transaction& transaction, std::span<const contrail::Record> records) {
        add_up(transaction, records, flags.name, flags.quiet, segment);
        crashes->perhaps();
    }};
}

}  // namespace

void add_consumer_command(contrail::Program& program) {
    const auto options = std::make_shared<ConsumerFlags>();
    CLI::App* const command =
        program.command("consumer", "Add up the distances of all rides", [&program, options] {
            const contrail::Settings& settings = program.require_servers();
            options->consumer.consumer.reconcile = [&] { return reconciled_total(settings, options->name); };
            contrail::run_consumer(
                settings, contrail::ConsumerName(options->name),
                [&](contrail::Segment segment) { return worker(*options, segment); }, options->consumer);
            return contrail::exit_success;
        });
    command->add_option("name", options->name, "The consumer's name: it keeps its checkpoint and its total")
        ->required();
    command->add_flag("--quiet", options->quiet, "Do not print the records");
    add_flags(*command, options->crashes);
    contrail::add_partition_flags(*command, options->consumer);
    contrail::add_flags(*command, options->consumer);
}

}  // namespace rocket_rides
