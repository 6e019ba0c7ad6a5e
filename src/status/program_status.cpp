#include "status/program_status.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "contrail/segment.hpp"

namespace contrail::status {

namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

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

OrderedJson json_of(const SegmentStatus& segment) {
    return {{"segment", segment.number},
            {"state", name(segment.state)},
            {"last_id", segment.last ? OrderedJson(segment.last->to_string()) : OrderedJson()},
            {"error", segment.error.empty() ? OrderedJson() : OrderedJson(segment.error)}};
}

std::string instance_text(const ProgramStatus& status) {
    if (status.instance.empty()) return "";
    OrderedJson works_on = OrderedJson::array();
    for (const SegmentStatus& segment : status.segments) works_on.push_back(json_of(segment));
    return instance_mark(status.instance) + ",\"segments\":" + std::to_string(status.segment_count) +
           ",\"works_on\":" + works_on.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::vector<SegmentStatus> segments_in(const Json& json, std::uint32_t count) {
    std::vector<SegmentStatus> segments;
    const auto works_on = json.find("works_on");
    if (works_on == json.end() || !works_on->is_array()) return segments;
    for (const Json& each : *works_on) {
        if (!each.is_object()) continue;
        const std::uint64_t number = number_or_0(each, "segment");
        if (number < count)
            segments.push_back({.number = static_cast<std::uint32_t>(number),
                                .state = program_state(text_in(each, "state")),
                                .last = RecordId::parse(text_in(each, "last_id")),
                                .error = text_in(each, "error")});
    }
    return segments;
}

}  // namespace

StatusText to_text(const ProgramStatus& status) {
    const bool failed = !status.error.empty();
    return {R"({"state":")" + std::string(name(status.state)) + R"(","at_ms":)",
            R"(,"error":)" + (failed ? json_string(status.error) : "null") + R"(,"error_at_ms":)" +
                (failed ? std::to_string(status.error_at_ms) : "null") + R"(,"latency_p50_ms":)" +
                number(status.latency_p50_ms) + R"(,"latency_p99_ms":)" + number(status.latency_p99_ms) +
                (status.replayed ? R"(,"replayed":)" + json_string(status.replayed->to_string()) : "") +
                retention_text(status.retention) + instance_text(status) + '}'};
}

std::string instance_mark(std::string_view instance) {
    return ",\"instance\":" + json_string(instance);
}

std::optional<ProgramStatus> parse_program_status(std::string_view text) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || text_in(json, "state").empty()) return std::nullopt;
    const auto count =
        static_cast<std::uint32_t>(std::min(number_or_0(json, "segments"), std::uint64_t{segments_max}));
    return ProgramStatus{.state = program_state(text_in(json, "state")),
                         .at_ms = number_or_0(json, "at_ms"),
                         .error = text_in(json, "error"),
                         .error_at_ms = number_or_0(json, "error_at_ms"),
                         .latency_p50_ms = number_in(json, "latency_p50_ms"),
                         .latency_p99_ms = number_in(json, "latency_p99_ms"),
                         .replayed = RecordId::parse(text_in(json, "replayed")),
                         .retention = retention_in(json),
                         .instance = text_in(json, "instance"),
                         .segment_count = count,
                         .segments = segments_in(json, count)};
}

}  // namespace contrail::status
