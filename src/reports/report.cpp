#include "reports/report.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace contrail {

namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<ProgramState, std::string_view>, 10> names{{
    {ProgramState::streaming, "streaming"},
    {ProgramState::consuming, "consuming"},
    {ProgramState::idle, "idle"},
    {ProgramState::standing_by, "standing_by"},
    {ProgramState::held_back, "held_back"},
    {ProgramState::retrying, "retrying"},
    {ProgramState::halted, "halted"},
    {ProgramState::cut_off, "cut_off"},
    {ProgramState::stopped, "stopped"},
    {ProgramState::unknown, "unknown"},
}};

/// A newer program may be in a state that this one does not know.
ProgramState state_named(std::string_view wanted) {
    for (const auto& [state, name] : names)
        if (name == wanted) return state;
    return ProgramState::unknown;
}

std::string json_string(std::string_view text) {
    // What a server or a handler says need not be UTF-8.
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

std::string_view name(ProgramState state) {
    for (const auto& [known, name] : names)
        if (known == state) return name;
    return "unknown";
}

ReportText to_text(const Report& report) {
    const bool failed = !report.error.empty();
    return {R"({"state":")" + std::string(name(report.state)) + R"(","at_ms":)",
            R"(,"error":)" + (failed ? json_string(report.error) : "null") + R"(,"error_at_ms":)" +
                (failed ? std::to_string(report.error_at_ms) : "null") + R"(,"latency_p50_ms":)" +
                number(report.latency_p50_ms) + R"(,"latency_p99_ms":)" + number(report.latency_p99_ms) +
                '}'};
}

std::optional<Report> parse_report(std::string_view text) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || text_in(json, "state").empty()) return std::nullopt;
    return Report{.state = state_named(text_in(json, "state")),
                  .at_ms = time_in(json, "at_ms"),
                  .error = text_in(json, "error"),
                  .error_at_ms = time_in(json, "error_at_ms"),
                  .latency_p50_ms = number_in(json, "latency_p50_ms"),
                  .latency_p99_ms = number_in(json, "latency_p99_ms")};
}

}  // namespace contrail
