#include "cli/consumer_options.hpp"

#include <map>
#include <string>

namespace contrail::cli {

namespace {

const std::map<std::string, OnRefusal> ways{{"halt", OnRefusal::halt}, {"park", OnRefusal::park}};

StartingPlace starting_place(const std::string& text) {
    if (const auto place = parse_starting_place(text)) return *place;
    throw CLI::ValidationError("--from", "'" + text + "' is none of " + std::string(starting_place_forms));
}

}  // namespace

void add_consumer_options(CLI::App& command, ConsumerOptions& options) {
    command
        .add_option_function<std::string>(
            "--from", [&options](const std::string& text) { options.start = starting_place(text); },
            "Where a new name begins: " + std::string(starting_place_forms))
        ->type_name("PLACE")
        ->default_str("earliest");
    command
        .add_option("--on-refusal", options.on_refusal,
                    "What becomes of a record that cannot be applied: halt at it, or park it and go on "
                    "(contrail dead-letters)")
        ->transform(CLI::CheckedTransformer(ways, CLI::ignore_case))
        ->default_str("halt");
    command
        .add_option("--handler-attempts-max", options.handler_attempts_max, "Times that it is tried before")
        ->check(CLI::Range(1, 1'000))
        ->capture_default_str();
    command.add_option("--batch-records-max", options.batch.records_max, "Most records in one transaction")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
}

}  // namespace contrail::cli
