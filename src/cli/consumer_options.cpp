#include "cli/consumer_options.hpp"

#include <bit>
#include <map>
#include <string>
#include <utility>

namespace contrail::cli {

namespace {

const std::map<std::string, OnRefusal> ways{{"halt", OnRefusal::halt}, {"park", OnRefusal::park}};

StartingPlace starting_place(const std::string& text) {
    if (const auto place = parse_starting_place(text)) return *place;
    throw CLI::ValidationError("--from", "'" + text + "' is none of " + std::string(starting_place_forms));
}

}  // namespace

CLI::Option* add_starting_place(CLI::App& command, std::function<void(const StartingPlace&)> take,
                                const std::string& help) {
    return command
        .add_option_function<std::string>(
            "--from", [take = std::move(take)](const std::string& text) { take(starting_place(text)); },
            help + std::string(starting_place_forms))
        ->type_name("PLACE");
}

void add_consumer_options(CLI::App& command, ConsumerOptions& options) {
    add_starting_place(
        command, [&options](const StartingPlace& place) { options.start = place; },
        "Where a new name begins: ")
        ->default_str("earliest");
    command
        .add_option("--on-refusal", options.on_refusal,
                    "What becomes of a record that cannot be applied: halt at it, or park it and go on "
                    "(contrail dead-letters)")
        ->transform(CLI::CheckedTransformer(ways, CLI::ignore_case))
        ->default_str("halt");
    command
        .add_option(
            "--parked-in-a-row-max", options.parked_in_a_row_max,
            "Records parked with none applied in between, before the consumer halts after all; 0: no limit")
        ->check(CLI::Range(0, 1'000'000'000))
        ->capture_default_str();
    command
        .add_option("--handler-attempts-max", options.handler_attempts_max, "Times that it is tried before")
        ->check(CLI::Range(1, 1'000))
        ->capture_default_str();
    command.add_option("--batch-records-max", options.batch.records_max, "Most records in one transaction")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
}

void add_partition_options(CLI::App& command, std::optional<std::uint32_t>& segments,
                           std::optional<std::uint32_t>& workers) {
    constexpr auto group = "Parallel workers";
    const auto power_of_two = [](const std::string& text) {
        const bool is_one = std::has_single_bit(static_cast<std::uint32_t>(std::stoul(text)));
        return is_one ? std::string() : text + " is not a power of two";
    };
    command
        .add_option(
            "--segments", segments,
            "Segments that a new name begins with, each with a worker of its own: a power of two. Records of one "
            "key keep their order (contrail consumer split)")
        ->envname("CONSUMER_SEGMENTS")
        ->check(CLI::Range(1, 1'024))
        ->check(power_of_two)
        ->group(group);
    command
        .add_option("--workers", workers,
                    "Segments that this process works on at most. Processes of one name share its segments")
        ->envname("CONSUMER_WORKERS")
        ->check(CLI::Range(1, 1'024))
        ->group(group);
}

}  // namespace contrail::cli
