#include "status/program_status.hpp"

#include <nlohmann/json.hpp>

namespace contrail::status {

namespace {

using Json = nlohmann::json;

std::string json_string(std::string_view text) {
    // An error text of a server or a handler may hold bytes that are not UTF-8.
    return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string number(const std::optional<double>& value) {
    return value ? Json(*value).dump() : "null";
}

std::optional<double> number_in(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

std::uint64_t number_or_0(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::string text_in(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string retention_text(const std::optional<retention_event::Planned>& planned) {
    if (!planned) return "";
    return R"(,"retention":)" +
           Json{{"needed_from", planned->needed_from.value},
                {"floor_from", planned->floor_from ? Json(planned->floor_from->value) : Json()},
                {"allowed_from", planned->allowed_from.value},
                {"floor_overruled", planned->floor_overruled}}
               .dump();
}

std::optional<retention_event::Planned> retention_in(const Json& json) {
    const auto found = json.find("retention");
    if (found == json.end() || !found->is_object()) return std::nullopt;
    const auto overruled = found->find("floor_overruled");
    retention_event::Planned planned{
        .needed_from = {number_or_0(*found, "needed_from")},
        .allowed_from = {number_or_0(*found, "allowed_from")},
        .floor_overruled = overruled != found->end() && overruled->is_boolean() && overruled->get<bool>()};
    const auto floor = found->find("floor_from");
    if (floor != found->end() && floor->is_number_unsigned())
        planned.floor_from = Offset{floor->get<std::uint64_t>()};
    return planned;
}

}  // namespace

StatusText to_text(const ProgramStatus& status) {
    const bool failed = !status.error.empty();
    return {R"({"state":")" + std::string(name(status.state)) + R"(","at_ms":)",
            R"(,"error":)" + (failed ? json_string(status.error) : "null") + R"(,"error_at_ms":)" +
                (failed ? std::to_string(status.error_at_ms) : "null") + R"(,"latency_p50_ms":)" +
                number(status.latency_p50_ms) + R"(,"latency_p99_ms":)" + number(status.latency_p99_ms) +
                (status.replayed ? R"(,"replayed":)" + json_string(status.replayed->to_string()) : "") +
                retention_text(status.retention) + '}'};
}

std::optional<ProgramStatus> parse_program_status(std::string_view text) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || text_in(json, "state").empty()) return std::nullopt;
    return ProgramStatus{.state = program_state(text_in(json, "state")),
                         .at_ms = number_or_0(json, "at_ms"),
                         .error = text_in(json, "error"),
                         .error_at_ms = number_or_0(json, "error_at_ms"),
                         .latency_p50_ms = number_in(json, "latency_p50_ms"),
                         .latency_p99_ms = number_in(json, "latency_p99_ms"),
                         .replayed = RecordId::parse(text_in(json, "replayed")),
                         .retention = retention_in(json)};
}

}  // namespace contrail::status
