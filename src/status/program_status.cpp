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

std::uint64_t time_in(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::string text_in(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

StatusText to_text(const ProgramStatus& status) {
    const bool failed = !status.error.empty();
    return {R"({"state":")" + std::string(name(status.state)) + R"(","at_ms":)",
            R"(,"error":)" + (failed ? json_string(status.error) : "null") + R"(,"error_at_ms":)" +
                (failed ? std::to_string(status.error_at_ms) : "null") + R"(,"latency_p50_ms":)" +
                number(status.latency_p50_ms) + R"(,"latency_p99_ms":)" + number(status.latency_p99_ms) +
                '}'};
}

std::optional<ProgramStatus> parse_program_status(std::string_view text) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || text_in(json, "state").empty()) return std::nullopt;
    return ProgramStatus{.state = program_state(text_in(json, "state")),
                         .at_ms = time_in(json, "at_ms"),
                         .error = text_in(json, "error"),
                         .error_at_ms = time_in(json, "error_at_ms"),
                         .latency_p50_ms = number_in(json, "latency_p50_ms"),
                         .latency_p99_ms = number_in(json, "latency_p99_ms")};
}

}  // namespace contrail::status
