#include "bench/load/mix.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "contrail/error.hpp"

namespace contrail::load {

namespace {

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw Error(Retry::never, "'" + std::string(text) + "' is not a mix: " + why +
                                  ". Give weights as in create=90,update=8,delete=2.");
}

std::optional<double> parse_weight(std::string_view text) {
    const char* const end = text.data() + text.size();
    double weight = 0;
    const auto [parsed_to, error] = std::from_chars(text.data(), end, weight);
    const bool valid = error == std::errc() && parsed_to == end && std::isfinite(weight) && weight >= 0;
    return valid ? std::optional(weight) : std::nullopt;
}

/// The weights read so far.
struct Weights {
    std::optional<double> create;
    std::optional<double> update;
    std::optional<double> remove;

    std::optional<double>* find(std::string_view name) {
        if (name == "create") return &create;
        if (name == "update") return &update;
        if (name == "delete") return &remove;
        return nullptr;
    }
};

}  // namespace

Mix Mix::parse(std::string_view text) {
    Weights weights;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view part = rest.substr(0, rest.find(','));
        rest.remove_prefix(part.size() < rest.size() ? part.size() + 1 : rest.size());
        const std::string_view name = part.substr(0, part.find('='));
        const std::string quoted = "'" + std::string(name) + "'";
        std::optional<double>* const weight = weights.find(name);
        if (weight == nullptr) refuse(text, quoted + " is not one of create, update, delete");
        if (*weight) refuse(text, quoted + " is given twice");
        *weight = name.size() < part.size() ? parse_weight(part.substr(name.size() + 1)) : std::nullopt;
        if (!*weight) refuse(text, quoted + " has no weight, a number of at least 0");
    }
    const Mix mix{weights.create.value_or(0), weights.update.value_or(0), weights.remove.value_or(0)};
    if (!(mix.create + mix.update + mix.remove > 0)) refuse(text, "one weight must be greater than 0");
    return mix;
}

}  // namespace contrail::load
