#include "past_rides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "contrail/clock.hpp"
#include "contrail/error.hpp"
#include "contrail/history.hpp"
#include "contrail/open_log.hpp"
#include "contrail/postgres_session.hpp"
#include "contrail/replay.hpp"
#include "contrail/starting_place.hpp"
#include "contrail/text_table.hpp"
#include "ride.hpp"

namespace rocket_rides {

using contrail::LogReader;
using contrail::Offset;
using contrail::Record;
using contrail::RecordId;

namespace {

constexpr auto totals_of_stream = R"(
SELECT consumer, last_id, total_distance
FROM @schema@.checkpoints JOIN consumer_totals AS totals ON totals.name = checkpoints.consumer
WHERE stream = $1 AND segments = 1 ORDER BY last_offset, consumer)";

std::vector<PastRides::Consumer> totals_now(const contrail::Settings& settings) {
    contrail::PostgresSession session(settings, "verify");
    std::vector<PastRides::Consumer> consumers;
    for (const auto& row : session.execute(in_schema(totals_of_stream, settings), {settings.stream_name}))
        consumers.push_back(
            {row[0].value(), RecordId::parse(row[1].value()).value(), std::stod(row[2].value()), 0});
    return consumers;
}

bool is_after(RecordId id, const Moment& moment) {
    if (const auto* const offset = std::get_if<Offset>(&moment)) return id.offset > *offset;
    return id.sealed_ms > std::get<std::uint64_t>(moment);
}

contrail::Error cannot(const Moment& moment, const std::string& why) {
    const auto* const offset = std::get_if<Offset>(&moment);
    const std::string when = offset != nullptr
                                 ? "offset " + std::to_string(offset->value)
                                 : contrail::to_string(contrail::StartingPlace(
                                       contrail::start::Since{std::get<std::uint64_t>(moment)}));
    return {contrail::Retry::never, "Cannot show the rides at " + when + ": " + why};
}

/// The log has ended, with `last`, and no record after the moment has come: is the moment reached?
void require_reached(const Moment& moment, RecordId last, LogReader& log) {
    if (const auto* const offset = std::get_if<Offset>(&moment)) {
        if (last.offset < *offset)
            throw cannot(moment, "the log ends with " + last.to_string() + ". Choose an earlier one.");
        return;
    }
    if (std::get<std::uint64_t>(moment) > contrail::system_clock().unix_ms())
        throw cannot(moment, "that lies in the future.");
    const contrail::LogUsage usage = log.usage();
    if (!usage.sealed || last < *usage.sealed)
        throw cannot(moment, "the log ends with " + last.to_string() +
                                 ", and lacks records that were sealed since. Start `contrail stream`, which "
                                 "sends them, and run this again.");
}

std::string text_of(std::uint64_t digest) {
    return fmt::format("{:016x}", digest);
}

}  // namespace

std::optional<Moment> parse_moment(std::string_view text) {
    Offset offset;
    const char* const end = text.data() + text.size();
    const auto [parsed_to, error] = std::from_chars(text.data(), end, offset.value);
    if (error == std::errc() && parsed_to == end) return offset;
    const auto place = contrail::parse_starting_place(text);
    if (!place) return std::nullopt;
    if (const auto* const after = std::get_if<contrail::start::After>(&*place)) return after->id.offset;
    if (const auto* const since = std::get_if<contrail::start::Since>(&*place)) return since->unix_ms;
    return std::nullopt;
}

void RidesTotal::add(const Record& record) {
    const auto ride = read_ride(record);
    if (!ride) return;
    distance += ride->distance - ride->previous_distance;
    if (record.action == "create") ++count;
    if (record.action == "delete") --count;
    if (!ride->id) return;
    if (record.action != "create") digest -= digest_of(*ride->id, ride->previous_distance);
    if (record.action != "delete") digest += digest_of(*ride->id, ride->distance);
}

bool PastRides::Consumer::agrees() const {
    return same_distance(total_distance, expected, last_id.offset.value);
}

bool agree(const PastRides& past) {
    return std::ranges::all_of(past.consumers, &PastRides::Consumer::agrees);
}

PastRides past_rides(LogReader& log, const Moment& moment, std::vector<PastRides::Consumer> consumers) {
    std::ranges::sort(consumers, {}, &PastRides::Consumer::last_id);
    PastRides past;
    auto next = consumers.begin();
    const auto pass_consumers = [&](RecordId at) {
        for (; next != consumers.end() && next->last_id.offset == at.offset; ++next)
            next->expected = past.total.distance;
    };
    pass_consumers({});
    bool is_reached = false;
    past.last_id = contrail::read_history(log, {}, [&](const Record& record) {
        is_reached = is_after(record.id, moment);
        if (is_reached) return false;
        past.total.add(record);
        pass_consumers(record.id);
        return true;
    });
    if (!is_reached) require_reached(moment, past.last_id, log);
    past.consumers.assign(consumers.begin(), next);
    return past;
}

PastRides past_rides(const contrail::Settings& settings, const Moment& moment, const std::string& archive) {
    const auto log = contrail::open_log(settings);
    std::optional<contrail::Replay> replay;
    if (!archive.empty()) {
        replay.emplace(contrail::StreamName(settings.stream_name), *log, archive);
        replay->require_same_log();
    }
    return past_rides(replay ? replay->log() : *log, moment, totals_now(settings));
}

std::string to_text(const PastRides& past) {
    using enum contrail::TextTable::Align;
    contrail::TextTable table({{"", left, 8},
                               {"last id", left, 27},
                               {"rides", right, 11},
                               {"distance (m)", right, 18},
                               {"expected (m)", right, 18},
                               {""}});
    const auto metres = [](double distance) { return fmt::format("{:.3f}", distance); };
    table.add(
        {"rides", past.last_id.to_string(), std::to_string(past.total.count), metres(past.total.distance)});
    for (const auto& each : past.consumers)
        table.add({each.name, each.last_id.to_string(), "", metres(each.total_distance),
                   metres(each.expected), each.agrees() ? "agrees" : "DISAGREES"});
    const std::string lines =
        table.take_lines() + "The rides' digest is " + text_of(past.total.digest) + ".\n";
    const auto wrong = std::ranges::count_if(past.consumers, [](const auto& each) { return !each.agrees(); });
    if (wrong > 0)
        return lines + fmt::format("DISAGREE: {} of {} consumers.\n", wrong, past.consumers.size());
    return lines + fmt::format("Agree: {} of {} consumers that are not beyond, each at its own record.\n",
                               past.consumers.size(), past.consumers.size());
}

std::string to_json(const PastRides& past) {
    nlohmann::ordered_json json;
    json["last_id"] = past.last_id.to_string();
    json["rides"] = {
        {"count", past.total.count}, {"sum", past.total.distance}, {"digest", text_of(past.total.digest)}};
    json["consumers"] = nlohmann::ordered_json::array();
    for (const auto& each : past.consumers)
        json["consumers"].push_back({{"name", each.name},
                                     {"last_id", each.last_id.to_string()},
                                     {"total_distance", each.total_distance},
                                     {"expected", each.expected},
                                     {"agrees", each.agrees()}});
    json["agree"] = agree(past);
    return json.dump() + '\n';
}

}  // namespace rocket_rides
