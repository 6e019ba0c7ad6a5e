#include "parameters.hpp"

#include <fmt/format.h>

#include <boost/beast/core/string.hpp>
#include <boost/url/pct_string_view.hpp>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "ride.hpp"

namespace rocket_rides {

using contrail::http::Status;

namespace {

[[noreturn]] void refuse(std::string_view name, std::string_view what) {
    throw Halt{Status::unprocessable_entity, fmt::format("Parameter '{}' must {}.", name, what)};
}

[[noreturn]] void refuse_missing() {
    throw Halt{Status::unprocessable_entity, "Please specify parameter 'distance'."};
}

double require_distance(const CheckedDistance& checked, std::string_view name) {
    if (const auto* const what = std::get_if<std::string_view>(&checked)) refuse(name, *what);
    return std::get<double>(checked);
}

std::string decoded(std::string_view encoded, std::string_view what) {
    const auto valid = boost::urls::make_pct_string_view({encoded.data(), encoded.size()});
    if (!valid)
        throw Halt{
            Status::bad_request,
            fmt::format("The {} is not valid: a '%' must be followed by two hexadecimal digits.", what)};
    boost::urls::encoding_opts plus_is_space;
    plus_is_space.space_as_plus = true;
    return valid->decode(plus_is_space);
}

/// Removes from `text` what precedes `separator`, and that, and returns what precedes.
std::string_view take_until(char separator, std::string_view& text) {
    const auto end = text.find(separator);
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return taken;
}

double distance_in_form(std::string_view form) {
    const auto value = form_value(form, "distance", "form");
    if (!value || value->empty()) refuse_missing();
    return require_distance(parse_distance(*value), "distance");
}

double distance_in_json(std::string_view body) {
    // A JSON object keeps the last of two values of one name, and so hides that there were two.
    int times = 0;
    const auto count = [&times](int depth, nlohmann::json::parse_event_t event, const nlohmann::json& key) {
        if (event == nlohmann::json::parse_event_t::key && depth == 1 && key == "distance") ++times;
        return true;
    };
    nlohmann::json object;
    try {
        object = nlohmann::json::parse(body, count);
    } catch (const nlohmann::json::out_of_range&) {
        throw Halt{Status::unprocessable_entity, "The body has a number that is too great for any double."};
    } catch (const nlohmann::json::parse_error& error) {
        throw Halt{Status::bad_request, fmt::format("The body is not valid JSON: see byte {}.", error.byte)};
    }
    if (!object.is_object()) throw Halt{Status::bad_request, "The body must be a JSON object."};
    if (times > 1) refuse("distance", "be specified only once");
    const auto distance = object.value("distance", nlohmann::json());
    if (distance.is_null() || distance == "") refuse_missing();
    if (distance.is_string())
        return require_distance(parse_distance(distance.get<std::string>()), "distance");
    if (!distance.is_number()) refuse("distance", be_a_number);
    return require_distance(check_distance(distance.get<double>()), "distance");
}

}  // namespace

std::optional<std::string> form_value(std::string_view form, std::string_view name, std::string_view what) {
    std::optional<std::string> value;
    while (!form.empty()) {
        std::string_view rest = take_until('&', form);
        const std::string given_name = decoded(take_until('=', rest), what);
        std::string given = decoded(rest, what);
        if (given_name != name) continue;
        if (value) refuse(name, "be specified only once");
        value = std::move(given);
    }
    return value;
}

double distance_parameter(std::string_view content_type, std::string_view body) {
    std::string_view type = content_type.substr(0, content_type.find(';'));
    type = type.substr(0, type.find_last_not_of(" \t") + 1);
    const bool is_form = boost::beast::iequals(type, "application/x-www-form-urlencoded");
    const bool is_json = boost::beast::iequals(type, "application/json");
    if (!is_form && !is_json && !(type.empty() && body.empty()))
        throw Halt{Status::unsupported_media_type,
                   "The body must be application/x-www-form-urlencoded or application/json."};
    if (body.empty()) refuse_missing();
    return is_form ? distance_in_form(body) : distance_in_json(body);
}

std::optional<double> previous_distance_parameter(std::string_view query) {
    const auto value = form_value(query, "previous_distance", "query");
    if (!value) return std::nullopt;
    return require_distance(parse_distance(*value), "previous_distance");
}

}  // namespace rocket_rides
