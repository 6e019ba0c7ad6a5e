#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "command.hpp"
#include "contrail/run.hpp"
#include "handlers/command_words.hpp"
#include "handlers/program_handler.hpp"
#include "handlers/sql_function.hpp"
#include "handlers/webhook.hpp"

namespace contrail::app {

namespace {

struct ConsumeFlags {
    std::string name;
    std::string function;
    std::string exec;
    std::string webhook;
    std::string webhook_ca_file;
    std::string webhook_secret_file;
    std::uint32_t webhook_records_max = 100;
    std::uint32_t handler_timeout_s = 30;
    ConsumerProgramOptions options;
};

/// Of a request's records, without what CloudEvents adds. Servers rarely take more than a megabyte.
constexpr std::size_t webhook_bytes_max = 512 << 10;

int usage_error(const std::string& why) {
    std::cerr << "contrail: " << base::harmless(why) << '\n';
    return cli::exit_usage;
}

int call_function(const Settings& settings, const ConsumeFlags& flags) {
    const auto name = handlers::FunctionName::parse(flags.function);
    if (!name) {
        return usage_error(
            "Cannot call function '" + flags.function +
            "': this is not a name with its schema. Give one such as --function app.apply_rides.");
    }
    const ConsumerName consumer(flags.name);
    const MakeHandler make_handler = [&](Segment) {
        const auto function = std::make_shared<handlers::SqlFunction>(consumer, *name);
        return WorkerHandler{
            .handler = [function](auto& transaction, auto records) { function->apply(transaction, records); },
            .prepare = [function, &settings] { function->require_callable(settings); }};
    };
    run_consumer(settings, consumer, make_handler, flags.options);
    return cli::exit_success;
}

int run_program(const Settings& settings, const ConsumeFlags& flags) {
    const auto words = handlers::command_words(flags.exec);
    if (!words) {
        return usage_error(
            "Cannot run the program of --exec '" + flags.exec +
            "': a quotation mark is open, or there is no word. Give a program and its arguments.");
    }
    const ConsumerName name(flags.name);
    const handlers::ProgramHandler::Options options{
        .command_line = flags.exec,
        .words = *words,
        .answer_max = std::chrono::seconds(flags.handler_timeout_s)};
    const MakeHandler make_handler = [&](Segment) {
        const auto program = std::make_shared<handlers::ProgramHandler>(name, options);
        return WorkerHandler{
            .handler = beside_the_transaction([program](auto records) { program->handle(records); }),
            .prepare = [program] { program->start(); }};
    };
    run_consumer(settings, name, make_handler, flags.options);
    return cli::exit_success;
}

handlers::WebhookSecrets webhook_secrets(const ConsumeFlags& flags) {
    if (!flags.webhook_secret_file.empty()) return handlers::WebhookSecrets::read(flags.webhook_secret_file);
    // Not a flag: every user of the machine can read a command line.
    const char* const variable = std::getenv("WEBHOOK_SECRET");
    return handlers::WebhookSecrets::parse(variable == nullptr ? "" : variable);
}

int send_webhooks(const Settings& settings, const ConsumeFlags& flags) {
    const ConsumerName name(flags.name);
    const handlers::Webhook::Options options{.url = flags.webhook,
                                             .ca_file = flags.webhook_ca_file,
                                             .answer_max = std::chrono::seconds(flags.handler_timeout_s)};
    const handlers::WebhookSecrets secrets = webhook_secrets(flags);
    const MakeHandler make_handler = [&](Segment) {
        const auto webhook = std::make_shared<handlers::Webhook>(name, StreamName(settings.stream_name),
                                                                 secrets, options, system_clock());
        return WorkerHandler{
            .handler = beside_the_transaction([webhook](auto records) { webhook->handle(records); })};
    };
    ConsumerProgramOptions program_options = flags.options;
    ChunkLimits& batch = program_options.consumer.batch;
    batch.records_max = std::min<std::size_t>(batch.records_max, flags.webhook_records_max);
    batch.bytes_max = webhook_bytes_max;
    run_consumer(settings, name, make_handler, program_options);
    return cli::exit_success;
}

int consume(const Settings& settings, const ConsumeFlags& flags) {
    const std::pair<const std::string&, int (*)(const Settings&, const ConsumeFlags&)> handlers[] = {
        {flags.function, &call_function}, {flags.exec, &run_program}, {flags.webhook, &send_webhooks}};
    const auto is_given = [](const auto& handler) { return !handler.first.empty(); };
    if (std::ranges::count_if(handlers, is_given) != 1) {
        return usage_error(
            "Cannot consume without exactly one handler. Give --function SCHEMA.FUNCTION, --exec 'PROGRAM "
            "ARGUMENTS' or --webhook URL.");
    }
    return std::ranges::find_if(handlers, is_given)->second(settings, flags);
}

void add_handlers(CLI::App& command, ConsumeFlags& flags) {
    constexpr auto group = "Handler (exactly one)";
    const auto add = [&](const char* flag, const char* variable, auto& value, const char* help) {
        return command.add_option(flag, value, help)->envname(variable)->group(group);
    };
    add("--function", "CONSUMER_FUNCTION", flags.function,
        "Call this SQL function (SCHEMA.NAME) with each batch, as an array of jsonb, in the transaction of the "
        "checkpoint: exactly once");
    add("--exec", "CONSUMER_EXEC", flags.exec,
        "Run this program, which reads batches as lines of JSON and answers each: at least once");
    add("--webhook", "CONSUMER_WEBHOOK", flags.webhook,
        "Send each batch to this URL, as CloudEvents signed with WEBHOOK_SECRET: at least once");
    add("--handler-timeout", "CONSUMER_HANDLER_TIMEOUT", flags.handler_timeout_s,
        "Seconds for a batch, unless the handler is a function")
        ->check(CLI::Range(1, 50))
        ->capture_default_str();
}

void add_webhook(CLI::App& command, ConsumeFlags& flags) {
    constexpr auto group = "Webhook";
    command
        .add_option("--webhook-secret-file", flags.webhook_secret_file,
                    "File with the secrets, whsec_…, in place of WEBHOOK_SECRET")
        ->envname("WEBHOOK_SECRET_FILE")
        ->group(group);
    command.add_option("--webhook-ca-file", flags.webhook_ca_file, "Authorities to trust (PEM) for https://")
        ->envname("WEBHOOK_CA_FILE")
        ->group(group);
    command.add_option("--webhook-records-max", flags.webhook_records_max, "Most records in one request")
        ->envname("WEBHOOK_RECORDS_MAX")
        ->check(CLI::Range(1, 10'000))
        ->group(group)
        ->capture_default_str();
}

void add_filter(CLI::App& command, RecordFilter& filter) {
    constexpr auto group = "Filter";
    // No record has an empty one. A filter of it, perhaps an empty variable of a shell, would pass over all records.
    const auto is_a_name = [](const std::string& text) {
        return base::trimmed(text).empty()
                   ? std::string("A name is empty. Leave the flag out to handle all records")
                   : std::string();
    };
    // Without the limit of one value for a flag, `--object ride mailer` would take the consumer's name, too.
    const auto add = [&](const char* flag, const char* variable, std::vector<std::string>& values,
                         const char* help) {
        command.add_option(flag, values, help)
            ->envname(variable)
            ->delimiter(',')
            ->allow_extra_args(false)
            ->check(is_a_name)
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
        program.command("consume", "Run a consumer whose handler is a SQL function, a program or a webhook",
                        [&program, flags] { return consume(program.require_servers(), *flags); });
    command->add_option("NAME", flags->name, "The consumer; DATABASE_URL is its database")->required();
    add_handlers(*command, *flags);
    add_webhook(*command, *flags);
    add_filter(*command, flags->options.consumer.filter);
    add_partition_flags(*command, flags->options);
    add_flags(*command, flags->options);
}

}  // namespace contrail::app
