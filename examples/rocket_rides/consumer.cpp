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

namespace rocket_rides {

namespace {

// All digits, whatever the server's default: consumers must show the same total bit for bit.
constexpr auto load_total =
    "SELECT total_distance FROM consumer_states, set_config('extra_float_digits', '1', true) WHERE name = $1";

}  // namespace

void add_up(contrail::Transaction& transaction, std::span<const contrail::Record> records,
            const std::string& name, bool quiet) {
    contrail::Sql sql = contrail::sql(transaction);
    const auto rows = sql.execute(load_total, {name});
    double total = rows.empty() ? 0 : std::stod(rows[0][0].value());

    // One by one, in the order of the log. Sums of doubles depend on their order, and consumers whose batches
    // end at different records must show the same total at the same record.
    std::string lines;
    for (const contrail::Record& record : records) {
        const auto ride = read_ride(record);
        if (!ride) continue;
        total += ride->distance - ride->previous_distance;
        if (!quiet)
            fmt::format_to(std::back_inserter(lines), "Consumed record: {} total_distance={:.1f}m\n",
                           record.data, total);
    }
    save_total(sql, name, total);
    std::cout << lines << std::flush;
}

void save_total(contrail::Sql& sql, const std::string& name, double total) {
    // fmt prints the shortest text that reads back as the same double.
    sql.execute(
        "INSERT INTO consumer_states (name, total_distance) VALUES ($1, $2) "
        "ON CONFLICT (name) DO UPDATE SET total_distance = excluded.total_distance",
        {name, fmt::format("{}", total)});
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
                save_total(sql, name, total);
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

void add_consumer_command(contrail::Program& program) {
    struct Options {
        std::string name;
        bool quiet = false;
        Crashes::Options crashes;
        contrail::ConsumerProgramOptions consumer;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* const command =
        program.command("consumer", "Add up the distances of all rides", [&program, options] {
            const contrail::Settings& settings = program.require_servers();
            Crashes crashes(options->crashes);
            options->consumer.consumer.reconcile = [&] { return reconciled_total(settings, options->name); };
            contrail::run_consumer(
                settings, contrail::ConsumerName(options->name),
                [&](contrail::Transaction& transaction, std::span<const contrail::Record> records) {
                    add_up(transaction, records, options->name, options->quiet);
                    crashes.perhaps();
                },
                options->consumer);
            return contrail::exit_success;
        });
    command->add_option("name", options->name, "The consumer's name: it keeps its checkpoint and its total")
        ->required();
    command->add_flag("--quiet", options->quiet, "Do not print the records");
    add_flags(*command, options->crashes);
    contrail::add_flags(*command, options->consumer);
}

}  // namespace rocket_rides
