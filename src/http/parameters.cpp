#include <fmt/format.h>

#include <boost/beast/core/string.hpp>
#include <boost/url/pct_string_view.hpp>
#include <nlohmann/json.hpp>
#include <utility>

#include "contrail/http_parameters.hpp"

namespace contrail::http {

namespace {

void require_first(bool is_first, std::string_view name) {
    if (!is_first)
        throw Halt{Status::unprocessable_entity,
                   fmt::format("Parameter '{}' must be specified only once.", name)};
}

/// `what` is what messages call the form.
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

std::optional<std::string> form_value(std::string_view form, std::string_view name, std::string_view what) {
    std::optional<std::string> value;
    while (!form.empty()) {
        std::string_view rest = take_until('&', form);
        const std::string given_name = decoded(take_until('=', rest), what);
        std::string given = decoded(rest, what);
        if (given_name != name) continue;
        require_first(!value, name);
        value = std::move(given);
    }
    return value;
}

std::optional<std::string> json_value(std::string_view body, std::string_view name) {
    // A JSON object keeps the last of two values of one name, and so hides that there were two.
    int times = 0;
    const auto count = [&](int depth, nlohmann::json::parse_event_t event, const nlohmann::json& key) {
        if (event == nlohmann::json::parse_event_t::key && depth == 1 &&
            key.get_ref<const std::string&>() == name)
            ++times;
        return true;
    };
    // The parser takes this byte for the end, whatever follows.
    if (const auto zero = body.find('\0'); zero != std::string_view::npos)
        throw Halt{Status::bad_request, fmt::format("The body is not valid JSON: see byte {}.", zero + 1)};
    nlohmann::json object;
    try {
        object = nlohmann::json::parse(body, count);
    } catch (const nlohmann::json::out_of_range&) {
        throw Halt{Status::unprocessable_entity, "The body has a number that is too great for any double."};
    } catch (const nlohmann::json::parse_error& error) {
        throw Halt{Status::bad_request, fmt::format("The body is not valid JSON: see byte {}.", error.byte)};
    }
    if (!object.is_object()) throw Halt{Status::bad_request, "The body must be a JSON object."};
    require_first(times <= 1, name);
    const auto value = object.find(name);
    if (value == object.end() || value->is_null()) return std::nullopt;
    return value->is_string() ? value->get<std::string>() : value->dump();
}

}  // namespace

std::optional<std::string> query_parameter(const Request& request, std::string_view name) {
    std::string_view query = request.target();
    take_until('?', query);
    return form_value(query, name, "query");
}

std::optional<std::string> body_parameter(const Request& request, std::string_view name) {
    std::string_view type = request[boost::beast::http::field::content_type];
    type = type.substr(0, type.find(';'));
    type = type.substr(0, type.find_last_not_of(" \t") + 1);
    const std::string& body = request.body();
    const bool is_form = boost::beast::iequals(type, "application/x-www-form-urlencoded");
    const bool is_json = boost::beast::iequals(type, "application/json");
    if (!is_form && !is_json && !(type.empty() && body.empty()))
        throw Halt{Status::unsupported_media_type,
                   "The body must be application/x-www-form-urlencoded or application/json."};
    if (body.empty()) return std::nullopt;
    return is_form ? form_value(body, name, "form") : json_value(body, name);
}

}  // namespace contrail::http
