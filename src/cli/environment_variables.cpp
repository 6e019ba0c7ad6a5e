#include "cli/environment_variables.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <string_view>

#include "base/text.hpp"
#include "cli/given_values.hpp"
#include "core/environment_value.hpp"

namespace contrail::cli {

namespace {

bool is_chosen(const CLI::App& command) {
    for (const CLI::App* app = &command; app->get_parent() != nullptr; app = app->get_parent())
        if (!app->get_name().empty() && !app->parsed()) return false;
    return true;
}

/// The Service for which Kubernetes sets this variable in every container of its namespace; empty if it is not
/// such a variable.
std::string kubernetes_service(const std::string& variable, std::string_view value) {
    constexpr std::string_view suffix = "_PORT";
    const bool is_address = value.starts_with("tcp://") || value.starts_with("udp://");
    if (!is_address || !variable.ends_with(suffix)) return {};
    std::string service = variable.substr(0, variable.size() - suffix.size());
    std::ranges::transform(service, service.begin(), [](unsigned char c) {
        return c == '_' ? '-' : static_cast<char>(std::tolower(c));
    });
    return service;
}

/// CLI11 begins its `reason` with the flag, which was not given.
std::string refusal(const std::string& variable, const std::string& value, const std::string& flag,
                    std::string_view reason) {
    const std::string shown = base::harmless(value);
    if (const std::string service = kubernetes_service(variable, value); !service.empty())
        return "Cannot take " + flag + " from the environment variable " + variable + ", which is '" + shown +
               "'. Kubernetes sets this variable for the Service '" + service + "'. Give " + flag +
               ", or set enableServiceLinks: false in the pod's specification.";
    const std::string cause = reason.starts_with(flag + ": ")
                                  ? ": " + std::string(reason.substr(flag.size() + 2))
                                  : ": it is of another kind, or out of range";
    return "Cannot take " + flag + " from the environment variable " + variable + ", which is '" + shown +
           "'" + cause + ". Correct or unset the variable, or give " + flag + ".";
}

}  // namespace

EnvironmentVariables::EnvironmentVariables(CLI::App& app) {
    take_from(app);
}

EnvironmentVariables::~EnvironmentVariables() {
    for (const Variable& variable : variables_) variable.option->envname(variable.name);
}

void EnvironmentVariables::take_from(CLI::App& app) {
    for (CLI::Option* const option : app.get_options()) {
        if (option->get_envname().empty()) continue;
        variables_.push_back({&app, option, option->get_envname()});
        option->envname("");
    }
    for (CLI::App* const command : app.get_subcommands([](CLI::App*) { return true; })) take_from(*command);
}

void EnvironmentVariables::apply() const {
    for (const Variable& variable : variables_) {
        if (!is_chosen(*variable.command)) continue;
        std::istringstream names(variable.name);
        for (std::string name; std::getline(names, name, ',');) apply(variable, name);
    }
}

void EnvironmentVariables::apply(const Variable& variable, const std::string& name) {
    CLI::Option& option = *variable.option;
    if (option.count() > 0) return;
    const std::string value = environment_value(name);
    if (value.empty()) return;
    if (const std::string why = misreading(option, value); !why.empty())
        throw CLI::ValidationError(refusal(name, value, option.get_name(), option.get_name() + ": it " + why),
                                   CLI::ExitCodes::ValidationError);
    try {
        option.add_result(value);
        option.run_callback();
    } catch (const CLI::ParseError& error) {
        throw CLI::ValidationError(refusal(name, value, option.get_name(), error.what()),
                                   CLI::ExitCodes::ValidationError);
    }
}

}  // namespace contrail::cli
