#include "cli/given_values.hpp"

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"

namespace contrail::cli {

namespace {

/// What an option's type is called in help texts; the option takes text if there is no other name.
bool takes(const CLI::Option& option, std::string_view type) {
    const std::string name = option.get_type_name();
    return std::string_view(name).substr(0, name.find(':')) == type;
}

bool takes_number(const CLI::Option& option) {
    return takes(option, "UINT") || takes(option, "INT") || takes(option, "FLOAT");
}

/// A range lets NaN pass, because it is neither below nor above.
bool is_nan(const std::string& value) {
    return std::isnan(std::strtod(value.c_str(), nullptr));
}

/// A port 010 would be 8.
bool is_octal(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

bool is_too_large(const std::string& value) {
    errno = 0;
    std::strtoull(value.c_str(), nullptr, 0);
    return errno == ERANGE;
}

}  // namespace

std::string misreading(const CLI::Option& option, const std::string& value) {
    const std::string_view text = base::trimmed(value);
    if (text.empty() && takes_number(option)) return "is not a number";
    if (takes(option, "FLOAT") && is_nan(value)) return "is not a number";
    if (text.empty() && takes(option, "BOOLEAN")) return "is neither true nor false";
    if (takes_number(option) && is_octal(text)) return "begins with 0, as octal numbers do";
    if (takes(option, "UINT") && text.starts_with('-')) return "must not be negative";
    if (takes(option, "UINT") && is_too_large(value)) return "is too large";
    return {};
}

void require_read_as_given(const CLI::App& app) {
    for (const CLI::Option* const option : app.get_options())
        for (const std::string& value : option->results())
            if (const std::string why = misreading(*option, value); !why.empty())
                throw CLI::ValidationError(option->get_name(), "the value is '" + value + "', which " + why);
    for (const CLI::App* const command : app.get_subcommands()) require_read_as_given(*command);
}

}  // namespace contrail::cli
