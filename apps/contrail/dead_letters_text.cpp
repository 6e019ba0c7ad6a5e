#include "dead_letters_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "base/utc.hpp"

namespace contrail::app {

namespace {

using postgres::ParkedRecord;
using Json = nlohmann::ordered_json;

/// A database's error names the statement first, and what was wrong with it last. So lines are not cut too early.
constexpr std::size_t error_columns_max = 500;

std::string state(const ParkedRecord& record) {
    return record.marked_ms ? "to be retried" : "parked";
}

Json json_of(const ParkedRecord& parked) {
    const DeadLetter& dead_letter = parked.letter;
    Json json{{"consumer", parked.consumer},
              {"record_id", dead_letter.record.id.to_string()},
              {"action", dead_letter.record.action},
              {"object", dead_letter.record.object}};
    // Texts, like the data: a record is parked as it came, and it may be no JSON.
    if (dead_letter.record.key) json["key"] = *dead_letter.record.key;
    if (dead_letter.record.headers) json["headers"] = *dead_letter.record.headers;
    json["data"] = dead_letter.record.data;
    json["error"] = dead_letter.error;
    json["attempts"] = dead_letter.attempts;
    json["first_refused_at"] = base::utc_text_ms(dead_letter.first_refused_ms);
    json["parked_at"] = base::utc_text_ms(parked.parked_ms);
    json["marked_at"] = parked.marked_ms ? Json(base::utc_text_ms(*parked.marked_ms)) : Json();
    return json;
}

std::string line_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string to_text(const std::vector<ParkedRecord>& records, std::uint64_t total) {
    if (records.empty()) return "no record is parked\n";
    std::size_t name_width = 8;
    std::size_t kind_width = 4;
    const auto kind = [](const ParkedRecord& parked) {
        return base::harmless(parked.letter.record.action + ' ' + parked.letter.record.object);
    };
    for (const auto& parked : records) {
        name_width = std::max(name_width, parked.consumer.size());
        kind_width = std::max(kind_width, kind(parked).size());
    }
    std::string lines;
    const auto line = [&](const auto&... cells) {
        lines += fmt::format("{:<{}}  {:<22}  {:<{}}  {:<20}  {:>8}  {}\n", cells...);
    };
    line("consumer", name_width, "record", "kind", kind_width, "parked", "attempts", "state");
    for (const auto& parked : records) {
        line(parked.consumer, name_width, parked.letter.record.id.to_string(), kind(parked), kind_width,
             base::utc_text(parked.parked_ms), parked.letter.attempts, state(parked));
        lines += "    " + base::shortened(base::harmless(parked.letter.error), error_columns_max) + '\n';
    }
    if (total > records.size())
        lines += fmt::format("and {} more; --max shows them\n", total - records.size());
    return lines;
}

std::string to_json(const std::vector<ParkedRecord>& records, std::uint64_t total,
                    const std::string& stream) {
    Json json{{"stream", stream}, {"total", total}, {"letters", Json::array()}};
    for (const auto& parked : records) json["letters"].push_back(json_of(parked));
    return line_of(json);
}

std::string to_text(const ParkedRecord& parked) {
    const DeadLetter& dead_letter = parked.letter;
    std::string lines;
    const auto line = [&](const char* what, const std::string& text) {
        lines += fmt::format("{:<14} {}\n", what, base::harmless(text));
    };
    line("consumer", parked.consumer);
    line("record", dead_letter.record.id.to_string());
    line("sealed", base::utc_text_ms(dead_letter.record.id.sealed_ms));
    line("action", dead_letter.record.action);
    line("object", dead_letter.record.object);
    if (dead_letter.record.key) line("key", *dead_letter.record.key);
    if (dead_letter.record.headers) line("headers", *dead_letter.record.headers);
    line("data", dead_letter.record.data);
    line("error", dead_letter.error);
    line("attempts", std::to_string(dead_letter.attempts));
    line("first rejected", base::utc_text_ms(dead_letter.first_refused_ms));
    line("parked", base::utc_text_ms(parked.parked_ms));
    line("retry",
         parked.marked_ms ? "requested at " + base::utc_text_ms(*parked.marked_ms) : "not requested");
    return lines;
}

std::string to_json(const ParkedRecord& record) {
    return line_of(json_of(record));
}

}  // namespace contrail::app
