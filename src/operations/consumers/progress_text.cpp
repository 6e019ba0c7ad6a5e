#include "operations/consumers/progress_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "contrail/text_table.hpp"
#include "operations/state_text.hpp"
#include "operations/units.hpp"

namespace contrail::operations {

namespace {

std::string state_text_of(const ConsumerProgress& consumer) {
    std::string text = state_text(consumer.state());
    if (consumer.cut_off)
        text += fmt::format(": missed offsets {} to {}", consumer.cut_off->first_missed.value,
                            consumer.cut_off->last_missed.value);
    if (consumer.came_back())
        text += fmt::format(", forgotten {} ago", duration_text(*consumer.forgotten_ago));
    return text;
}

std::string age_text(const std::optional<std::chrono::milliseconds>& age) {
    return age ? duration_text(*age) : "?";
}

nlohmann::ordered_json json_of(const std::optional<std::chrono::milliseconds>& age) {
    return age ? nlohmann::ordered_json(age->count()) : nullptr;
}

nlohmann::ordered_json json_of(const ConsumerProgress& consumer) {
    nlohmann::ordered_json json{
        {"name", consumer.name.str()},
        {"position", consumer.position.to_string()},
        {"lag_records", consumer.lag_records},
        {"lag_ms", json_of(consumer.lag)},
        {"moved_ms_ago", json_of(consumer.moved_ago)},
        {"state", name(consumer.state())},
        {"owner", consumer.owner.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(consumer.owner)},
        {"forgotten_ms_ago", json_of(consumer.forgotten_ago)}};
    if (!consumer.cut_off) return json;
    json["missed_first_offset"] = consumer.cut_off->first_missed.value;
    json["missed_last_offset"] = consumer.cut_off->last_missed.value;
    json["cut_off_at_ms"] = consumer.cut_off->at_ms;
    return json;
}

}  // namespace

std::string to_text(const std::vector<ConsumerProgress>& consumers, RecordId head) {
    using enum TextTable::Align;
    TextTable table({{"consumer", left},
                     {"position", left, 24},
                     {"lag (records)", right},
                     {"(time)", right, 7},
                     {"moved", right, 8},
                     {"state"}});
    for (const auto& consumer : consumers)
        table.add({consumer.name.str(), consumer.position.to_string(), count_text(consumer.lag_records),
                   age_text(consumer.lag), age_text(consumer.moved_ago), state_text_of(consumer)});
    table.add({"log", head.to_string()});
    return table.take_lines();
}

std::string to_json(const std::vector<ConsumerProgress>& consumers, RecordId head,
                    const std::string& stream) {
    nlohmann::ordered_json json{{"stream", stream}, {"head", head.to_string()}};
    json["consumers"] = nlohmann::ordered_json::array();
    for (const auto& consumer : consumers) json["consumers"].push_back(json_of(consumer));
    return json.dump() + '\n';
}

}  // namespace contrail::operations
