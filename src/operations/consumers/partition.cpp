#include "operations/consumers/partition.hpp"

#include <nlohmann/json.hpp>

#include "contrail/text_table.hpp"

namespace contrail::operations {

namespace {

std::string segments_of(std::uint32_t count) {
    return std::to_string(count) + (count == 1 ? " segment" : " segments");
}

std::vector<SegmentPlace> known_places(const std::string& what, const ConsumerName& consumer,
                                       ConsumerSegments& segments) {
    auto places = segments.places(consumer);
    if (places.empty())
        throw Error(Retry::never,
                    "Cannot " + what + " consumer '" + consumer.str() +
                        "': this database holds no checkpoint of it. Nothing was changed. Set DATABASE_URL "
                        "to the database that does. A new consumer begins with --segments.");
    return places;
}

}  // namespace

Partition plan_split(const ConsumerName& consumer, ConsumerSegments& segments) {
    const auto count = static_cast<std::uint32_t>(known_places("split", consumer, segments).size());
    if (count >= segments_max)
        throw Error(Retry::never, "Cannot split consumer '" + consumer.str() + "': it has " +
                                      segments_of(count) +
                                      ", and there can be no more. Nothing was changed.");
    return {.consumer = consumer, .from = count, .to = 2 * count};
}

Partition plan_merge(const ConsumerName& consumer, ConsumerSegments& segments) {
    const auto places = known_places("merge", consumer, segments);
    const auto count = static_cast<std::uint32_t>(places.size());
    if (count == 1)
        throw Error(Retry::never, "Cannot merge the segments of consumer '" + consumer.str() +
                                      "': it has one. Nothing was changed.");
    for (const SegmentPlace& place : places) {
        if (!place.ahead) continue;
        throw Error(Retry::call,
                    "Cannot merge the segments of consumer '" + consumer.str() + "': segment " +
                        place.segment.to_string() + " is at " + place.checkpoint.to_string() +
                        ", and an earlier merge has left half of it at " +
                        place.ahead->applied_to.to_string() +
                        ". Nothing was changed. Let the consumer run until the segment is past that record, "
                        "and try again.");
    }
    return {.consumer = consumer, .from = count, .to = count / 2};
}

std::string describe(const Partition& partition) {
    const std::string text = "Consumer '" + partition.consumer.str() + "' has " +
                             segments_of(partition.from) + ", and will have " + segments_of(partition.to) +
                             ". ";
    if (partition.to > partition.from)
        return text +
               "Two of them begin where each of the old ones is. Programs that were started without --workers "
               "stop, and say so.\n";
    return text +
           "Each begins where the one behind of two old ones is, and leaves out what the other one has applied.\n";
}

void execute(const Partition& partition, ConsumerSegments& segments) {
    if (partition.to > partition.from) {
        segments.split(partition.consumer, partition.from);
    } else {
        segments.merge(partition.consumer, partition.from);
    }
}

std::string segments_text(const std::vector<SegmentPlace>& places) {
    using enum TextTable::Align;
    TextTable table({{"segment", left}, {"checkpoint", left, 24}, {"half ahead", left, 24}, {"instance"}});
    for (const SegmentPlace& place : places)
        table.add(
            {place.segment.to_string(), place.checkpoint.to_string(),
             place.ahead ? place.ahead->half.to_string() + " at " + place.ahead->applied_to.to_string() : "-",
             place.instance.empty() ? "-" : place.instance});
    return table.take_lines();
}

std::string segments_json(const ConsumerName& consumer, const std::vector<SegmentPlace>& places) {
    nlohmann::ordered_json json{{"consumer", consumer.str()}};
    json["segments"] = nlohmann::ordered_json::array();
    for (const SegmentPlace& place : places) {
        nlohmann::ordered_json segment{{"segment", place.segment.number},
                                       {"checkpoint", place.checkpoint.to_string()}};
        if (place.ahead)
            segment["ahead"] = {{"segment", place.ahead->half.number},
                                {"segments", place.ahead->half.count},
                                {"applied_to", place.ahead->applied_to.to_string()}};
        segment["instance"] =
            place.instance.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(place.instance);
        json["segments"].push_back(std::move(segment));
    }
    return json.dump() + '\n';
}

}  // namespace contrail::operations
