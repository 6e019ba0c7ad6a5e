#include "reconcile/tuple.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace rocket_rides {

namespace {

std::string_view text(Match match) {
    switch (match) {
        case Match::agrees:
            return "agrees";
        case Match::differs:
            return "differs";
        case Match::mended:
            return "mended";
        case Match::unknown:
            return "unknown";
    }
    return "";
}

std::string verdict(const Tuple& tuple) {
    if (const auto wrong = tuple.count(Match::differs); wrong > 0)
        return fmt::format(
            "DIFFER: {} of {} consumers. `rocket_rides reconcile --fix` corrects them while they run.", wrong,
            tuple.consumers.size());
    if (const auto mended = tuple.count(Match::mended); mended > 0)
        return fmt::format("Mended: {} of {} consumers.", mended, tuple.consumers.size());
    return fmt::format("Agree: {} of {} consumers.", tuple.count(Match::agrees), tuple.consumers.size());
}

}  // namespace

std::size_t Tuple::count(Match match) const {
    return static_cast<std::size_t>(std::ranges::count(consumers, match, &Consumer::match));
}

std::string to_text(const Tuple& tuple) {
    std::size_t name_width = 8;
    for (const auto& consumer : tuple.consumers) name_width = std::max(name_width, consumer.name.size());

    std::string lines;
    const auto line = [&](auto name, auto last_id, auto distance, auto expected, auto difference,
                          auto match) {
        std::string row = fmt::format("{:<{}}  {:<27}  {:>18}  {:>18}  {:>14}  {}", name, name_width, last_id,
                                      distance, expected, difference, match);
        row.erase(row.find_last_not_of(' ') + 1);
        lines += row + '\n';
    };
    const auto metres = [](double distance) {
        // What rounds to nothing has no sign.
        return fmt::format("{:.3f}", std::abs(distance) < 0.0005 ? 0.0 : distance);
    };
    line("", "last id", "distance (m)", "expected (m)", "difference (m)", "");
    line("rides", tuple.last_id.to_string(), metres(tuple.total_distance), "", "", "");
    for (const auto& consumer : tuple.consumers) {
        const bool known = consumer.match != Match::unknown;
        line(consumer.name, consumer.last_id.to_string(), metres(consumer.total_distance),
             known ? metres(consumer.expected) : "",
             known ? metres(consumer.total_distance - consumer.expected) : "",
             known ? std::string(text(consumer.match)) : "unknown: " + consumer.why);
    }
    return lines + verdict(tuple) + '\n';
}

std::string to_json(const Tuple& tuple) {
    nlohmann::ordered_json json;
    json["last_id"] = tuple.last_id.to_string();
    json["total_distance"] = tuple.total_distance;
    json["consumers"] = nlohmann::ordered_json::array();
    for (const auto& consumer : tuple.consumers) {
        nlohmann::ordered_json object{{"name", consumer.name},
                                      {"last_id", consumer.last_id.to_string()},
                                      {"total_distance", consumer.total_distance},
                                      {"match", text(consumer.match)}};
        if (consumer.match == Match::unknown) {
            object["why"] = consumer.why;
        } else {
            object["expected"] = consumer.expected;
            object["difference"] = consumer.total_distance - consumer.expected;
        }
        json["consumers"].push_back(std::move(object));
    }
    json["agree"] = tuple.count(Match::differs) == 0;
    return json.dump() + '\n';
}

}  // namespace rocket_rides
