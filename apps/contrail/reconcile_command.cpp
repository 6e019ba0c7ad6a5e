#include <iostream>
#include <memory>
#include <string>

#include "command.hpp"
#include "contrail/reconciliation.hpp"
#include "operations/query_at_offset.hpp"

namespace contrail::app {

namespace {

struct ReconcileFlags {
    std::string query;
    bool json = false;
};

int run(const Settings& settings, const ReconcileFlags& flags) {
    Reconciliation reconciliation(settings);
    if (flags.json) {
        operations::write_json(reconciliation, flags.query, settings.stream_name, std::cout);
    } else {
        operations::write_csv(reconciliation, flags.query, std::cout);
    }
    return cli::exit_success;
}

}  // namespace

void add_reconcile_command(Program& program) {
    const auto flags = std::make_shared<ReconcileFlags>();
    CLI::App* command = program.command(
        "reconcile", "Query a service's own tables, and print the id of the last record that they reflect",
        [&program, flags] { return run(program.require_database(), *flags); });
    command->add_option("--sql", flags->query, "The query. It may change nothing")->required();
    command->add_flag("--json", flags->json, "Print JSON instead of CSV");
}

}  // namespace contrail::app
