#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "command.hpp"
#include "contrail/run.hpp"
#include "handlers/sql_function.hpp"

namespace contrail::app {

namespace {

struct ConsumeFlags {
    std::string name;
    std::string function;
    ConsumerProgramOptions options;
};

int usage_error(const std::string& why) {
    std::cerr << "contrail: " << why << '\n';
    return cli::exit_usage;
}

int call_function(const Settings& settings, ConsumeFlags flags) {
    const auto name = handlers::FunctionName::parse(flags.function);
    if (!name) {
        return usage_error(
            "Cannot call function '" + flags.function +
            "': this is not a name with its schema. Give one such as --function app.apply_rides.");
    }
    handlers::SqlFunction function(*name);
    flags.options.consumer.prepare = [&] { function.require_callable(settings); };
    const Handler handler = [&](Transaction& transaction, std::span<const Record> records) {
        function.apply(transaction, records);
    };
    run_consumer(settings, ConsumerName(flags.name), handler, flags.options);
    return cli::exit_success;
}

int consume(const Settings& settings, const ConsumeFlags& flags) {
    if (flags.function.empty()) {
        return usage_error("Cannot consume without a handler. Give --function SCHEMA.FUNCTION.");
    }
    return call_function(settings, flags);
}

void add_filter(CLI::App& command, RecordFilter& filter) {
    constexpr auto group = "Filter";
    // Without the limit of one value for a flag, `--object ride mailer` would take the consumer's name, too.
    const auto add = [&](const char* flag, const char* variable, std::vector<std::string>& values,
                         const char* help) {
        command.add_option(flag, values, help)
            ->envname(variable)
            ->delimiter(',')
            ->allow_extra_args(false)
            ->group(group);
    };
    add("--object", "CONSUMER_OBJECTS", filter.objects,
        "Handle only records of these objects, as in ride,driver. The checkpoint moves past the others");
    add("--action", "CONSUMER_ACTIONS", filter.actions,
        "Handle only records of these actions, as in create,update");
}

}  // namespace

void add_consume_command(Program& program) {
    const auto flags = std::make_shared<ConsumeFlags>();
    CLI::App* command =
        program.command("consume", "Run a consumer whose handler is a SQL function",
                        [&program, flags] { return consume(program.require_servers(), *flags); });
    command->add_option("NAME", flags->name, "The consumer; DATABASE_URL is its database")->required();
    command
        ->add_option("--function", flags->function,
                     "Call this SQL function (SCHEMA.NAME) with each batch, as an array of jsonb, in the "
                     "transaction of the checkpoint: exactly once")
        ->envname("CONSUMER_FUNCTION")
        ->group("Handler (one of them)");
    add_filter(*command, flags->options.consumer.filter);
    add_flags(*command, flags->options);
}

}  // namespace contrail::app
