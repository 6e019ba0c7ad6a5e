#include "api/distance_parameter.hpp"

#include <fmt/format.h>

#include <boost/beast/core/string.hpp>
#include <nlohmann/json.hpp>
#include <utility>

#include "api/form.hpp"
#include "distance/distance.hpp"

namespace rocket_rides {

namespace {

using contrail::http::Status;
using Result = std::variant<double, Refusal>;

constexpr std::string_view distance_name = "distance";
constexpr std::string_view previous_distance_name = "previous_distance";

Refusal refusal(std::string message) {
    return {Status::unprocessable_entity, std::move(message)};
}

Refusal missing() {
    return refusal("Please specify parameter 'distance'.");
}

/// `what` completes "Parameter 'distance' must …".
Refusal refusal_of(std::string_view name, std::string_view what) {
    return refusal(fmt::format("Parameter '{}' must {}.", name, what));
}

Refusal repeated(std::string_view name) {
    return refusal_of(name, "be specified only once");
}

Refusal not_a_number(std::string_view name) {
    return refusal_of(name, "be a floating-point number");
}

Result result(const CheckedDistance& checked, std::string_view name) {
    if (const auto* distance = std::get_if<double>(&checked)) return *distance;
    switch (std::get<DistanceFault>(checked)) {
        case DistanceFault::not_a_number:
            return not_a_number(name);
        case DistanceFault::negative:
            return refusal_of(name, "not be negative");
        case DistanceFault::too_long:
            break;
    }
    return refusal_of(name, fmt::format("be at most {:.0f} (metres)", distance_max));
}

Result from_text(std::string_view text) {
    return text.empty() ? missing() : result(parse_distance(text), distance_name);
}

Result from_form(std::string_view body) {
    const auto values = form_values(body, distance_name);
    if (!values)
        return Refusal{Status::bad_request,
                       "The body is not a valid form: a '%' must be followed by two hexadecimal digits."};
    if (values->size() > 1) return repeated(distance_name);
    return values->empty() ? missing() : from_text(values->front());
}

Result from_json_value(const nlohmann::json& value) {
    if (value.is_null()) return missing();
    if (value.is_string()) return from_text(value.get_ref<const std::string&>());
    if (!value.is_number()) return not_a_number(distance_name);
    return result(check_distance(value.get<double>()), distance_name);
}

Result from_json(std::string_view body) {
    // A JSON object keeps the last of two values of one name, and so hides that there were two.
    std::size_t times = 0;
    const auto count_name = [&times](int depth, nlohmann::json::parse_event_t event,
                                     const nlohmann::json& key) {
        if (event == nlohmann::json::parse_event_t::key && depth == 1 && key == distance_name) ++times;
        return true;
    };
    try {
        const auto object = nlohmann::json::parse(body, count_name);
        if (!object.is_object()) return Refusal{Status::bad_request, "The body must be a JSON object."};
        if (times > 1) return repeated(distance_name);
        return times == 0 ? missing() : from_json_value(object[distance_name]);
    } catch (const nlohmann::json::out_of_range&) {
        return refusal("The body has a number that is too great for any double.");
    } catch (const nlohmann::json::parse_error& error) {
        return Refusal{Status::bad_request,
                       fmt::format("The body is not valid JSON: see byte {}.", error.byte)};
    }
}

/// `application/json` of `application/json; charset=utf-8`.
std::string_view media_type(std::string_view content_type) {
    const auto type = content_type.substr(0, content_type.find(';'));
    return type.substr(0, type.find_last_not_of(" \t") + 1);
}

}  // namespace

Result distance_parameter(std::string_view content_type, std::string_view body) {
    const auto type = media_type(content_type);
    const bool form = boost::beast::iequals(type, "application/x-www-form-urlencoded");
    const bool json = boost::beast::iequals(type, "application/json");
    if (!form && !json && !(type.empty() && body.empty())) {
        return Refusal{Status::unsupported_media_type,
                       "The body must be application/x-www-form-urlencoded or application/json."};
    }
    if (body.empty()) return missing();
    return form ? from_form(body) : from_json(body);
}

std::variant<std::optional<double>, Refusal> previous_distance_parameter(std::string_view query) {
    const auto values = form_values(query, previous_distance_name);
    if (!values)
        return Refusal{Status::bad_request,
                       "The query is not valid: a '%' must be followed by two hexadecimal digits."};
    if (values->empty()) return std::nullopt;
    if (values->size() > 1) return repeated(previous_distance_name);
    const Result checked = result(parse_distance(values->front()), previous_distance_name);
    if (const auto* refused = std::get_if<Refusal>(&checked)) return *refused;
    return std::get<double>(checked);
}

}  // namespace rocket_rides
