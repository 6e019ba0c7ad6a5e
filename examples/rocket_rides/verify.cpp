#include "verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "commands.hpp"
#include "contrail/error.hpp"
#include "contrail/open_log.hpp"
#include "contrail/text_table.hpp"
#include "past_rides.hpp"
#include "ride.hpp"
#include "totals.hpp"
#include "warehouse.hpp"

namespace rocket_rides {

using contrail::Offset;
using contrail::RecordId;

namespace {

constexpr auto sum_of_rides_text = "SELECT count(*), coalesce(sum(distance), 0) FROM rides";

// As digest_of() computes it.
constexpr auto digest_of_rides = R"(
SELECT mod(18446744073709551616 + mod(coalesce(sum(
           ('x' || encode(substr(sha256(int8send(id) || float8send(distance)), 1, 8), 'hex'))::bit(64)::bigint
       ), 0), 18446744073709551616), 18446744073709551616)
FROM rides)";

// What the last batch of known length ends with, and all that became visible since, sealed or not.
constexpr auto newest_staged = R"(
SELECT last_offset + (SELECT count(*) FROM @schema@.records_between(snapshot, pg_current_snapshot()))
FROM @schema@.batches WHERE last_offset IS NOT NULL ORDER BY no DESC LIMIT 1)";

/// A row for each segment; its own total may not be there yet.
std::string consumers_of_stream() {
    return "SELECT consumer, last_id, totals.total_distance, place.segment, place.segments, "
           "coalesce(own.total_distance, 0) FROM " +
           std::string(places_of_segments) +
           " JOIN consumer_totals AS totals ON totals.name = consumer"
           " LEFT JOIN totals_of_segments AS own ON own.name = consumer AND own.segment = place.segment"
           " WHERE stream = $1 ORDER BY consumer, place.segment";
}

constexpr auto warehouses_of_stream = R"(
SELECT consumer, last_id, file FROM @schema@.checkpoints JOIN warehouses USING (consumer, stream)
WHERE stream = $1 ORDER BY consumer)";

RecordId id_in(const contrail::SqlValue& text) {
    return RecordId::parse(text.value()).value();
}

contrail::Segment segment_in(const contrail::SqlValue& number, const contrail::SqlValue& count) {
    const auto integer = [](const contrail::SqlValue& text) {
        return static_cast<std::uint32_t>(std::stoul(text.value()));
    };
    return {integer(number), integer(count)};
}

std::uint64_t difference(Offset ahead, Offset behind) {
    return ahead > behind ? ahead.value - behind.value : 0;
}

std::string_view text_of(Standing standing) {
    constexpr std::string_view texts[] = {"behind", "ahead", "agrees", "DISAGREES", "UNREADABLE"};
    return texts[static_cast<std::size_t>(standing)];
}

std::string segments_apart(const Verdict::Consumer& consumer) {
    const auto furthest = std::ranges::max(consumer.segments, {}, &Verdict::Segment::last_id);
    return fmt::format("behind: its segments are at offsets {} to {}, so it has no total at one record",
                       consumer.last_id.offset.value, furthest.last_id.offset.value);
}

std::string verdict_on_consumers(const Verdict& verdict) {
    const auto count = [&](Standing wanted) {
        return std::ranges::count_if(verdict.consumers,
                                     [&](const auto& each) { return standing(verdict, each) == wanted; });
    };
    const std::size_t all = verdict.consumers.size();
    if (const auto wrong = count(Standing::disagrees); wrong > 0)
        return fmt::format("DISAGREE: {} of {} consumers.", wrong, all);
    if (const auto right = count(Standing::agrees); right > 0)
        return fmt::format(
            "Agree: {} of {} consumers have consumed every ride, and their totals are the rides' sum.", right,
            all);
    return "No consumer has consumed every ride: there is nothing to compare yet.";
}

std::string verdict_on(const Verdict& verdict, const Verdict::Warehouse& warehouse) {
    switch (standing(verdict, warehouse)) {
        case Standing::agrees:
            return fmt::format("Agree: {} holds exactly the rides, digest {:016x}.", warehouse.name,
                               warehouse.contents->digest);
        case Standing::disagrees:
            return fmt::format(
                "DISAGREE: {} does not hold exactly the rides: its digest is {:016x}, theirs {:016x}.",
                warehouse.name, warehouse.contents->digest, verdict.rides.digest.value_or(0));
        case Standing::unreadable:
            return warehouse.name + " cannot be compared. " + warehouse.unreadable;
        case Standing::behind:
        case Standing::ahead:
            break;
    }
    return warehouse.name + " is not at the rides' last record: there is nothing to compare yet.";
}

nlohmann::ordered_json json_of(const Verdict& verdict, const Verdict::Consumer& consumer) {
    nlohmann::ordered_json json{{"name", consumer.name},
                                {"last_id", consumer.last_id.to_string()},
                                {"total_distance", nullptr},
                                {"lag_records", verdict.lag_records(consumer.last_id)}};
    if (consumer.is_at_one_record()) json["total_distance"] = consumer.total_distance;
    for (const auto& part : consumer.segments)
        json["segments"].push_back({{"segment", part.segment.to_string()},
                                    {"last_id", part.last_id.to_string()},
                                    {"total_distance", part.total_distance}});
    return json;
}

nlohmann::ordered_json json_of(const Verdict& verdict, const Verdict::Warehouse& warehouse) {
    const Standing found = standing(verdict, warehouse);
    nlohmann::ordered_json json{{"name", warehouse.name},
                                {"last_id", warehouse.last_id.to_string()},
                                {"file", warehouse.file},
                                {"lag_records", verdict.lag_records(warehouse.last_id)},
                                {"agrees", nullptr}};
    if (found == Standing::agrees || found == Standing::disagrees) json["agrees"] = found == Standing::agrees;
    if (warehouse.contents) {
        json["count"] = warehouse.contents->count;
        json["sum"] = warehouse.contents->sum;
        json["digest"] = fmt::format("{:016x}", warehouse.contents->digest);
    } else {
        json["error"] = warehouse.unreadable;
    }
    return json;
}

}  // namespace

WarehouseContents read_warehouse(const std::filesystem::path& file) {
    return in_file(file, [&] {
        SQLite::Database database(file, SQLite::OPEN_READONLY, busy_wait_max_ms);
        const SQLite::Transaction one_moment(database);
        WarehouseContents contents;
        contents.last_id = RecordId::parse(database.execAndGet("SELECT last_id FROM progress").getString())
                               .value_or(RecordId{});
        SQLite::Statement rides(database, "SELECT id, distance FROM rides");
        for (; rides.executeStep(); ++contents.count) {
            const std::int64_t id = rides.getColumn(0).getInt64();
            const double distance = rides.getColumn(1).getDouble();
            contents.sum += distance;
            contents.digest += digest_of(id, distance);
        }
        return contents;
    });
}

std::uint64_t Verdict::unsent_records() const {
    return difference(staged, log.head.offset);
}

std::uint64_t Verdict::lag_records(RecordId checkpoint) const {
    return difference(log.head.offset, checkpoint.offset);
}

bool Verdict::Consumer::is_at_one_record() const {
    return std::ranges::all_of(segments, [&](const Segment& each) { return each.last_id == last_id; });
}

bool Verdict::same(double left, double right) const {
    return same_distance(left, right, staged.value);
}

Standing standing(const Verdict& verdict, const Verdict::Consumer& consumer) {
    if (!consumer.is_at_one_record()) return Standing::behind;
    const bool contradicted = std::ranges::any_of(verdict.consumers, [&](const Verdict::Consumer& other) {
        return other.is_at_one_record() && other.last_id == consumer.last_id &&
               !verdict.same(other.total_distance, consumer.total_distance);
    });
    if (contradicted) return Standing::disagrees;
    if (consumer.last_id.offset < verdict.staged) return Standing::behind;
    return verdict.same(consumer.total_distance, verdict.rides.sum) ? Standing::agrees : Standing::disagrees;
}

Standing standing(const Verdict& verdict, const Verdict::Warehouse& warehouse) {
    const auto& contents = warehouse.contents;
    if (!contents) return Standing::unreadable;
    if (warehouse.last_id.offset < verdict.staged) return Standing::behind;
    if (contents->last_id.offset > verdict.staged) return Standing::ahead;
    const bool same = contents->count == verdict.rides.count && contents->digest == verdict.rides.digest &&
                      verdict.same(contents->sum, verdict.rides.sum);
    return same ? Standing::agrees : Standing::disagrees;
}

bool agree(const Verdict& verdict) {
    const auto is_wrong = [&](const auto& each) {
        const Standing found = standing(verdict, each);
        return found == Standing::disagrees || found == Standing::unreadable;
    };
    return std::ranges::none_of(verdict.consumers, is_wrong) &&
           std::ranges::none_of(verdict.warehouses, is_wrong);
}

bool is_level(const Verdict& verdict, std::string_view name) {
    const auto level = [&](const auto& each) {
        return each.name == name && each.last_id.offset >= verdict.staged;
    };
    return verdict.staged == Offset{} || std::ranges::any_of(verdict.consumers, level) ||
           std::ranges::any_of(verdict.warehouses, level);
}

std::string to_text(const Verdict& verdict) {
    using enum contrail::TextTable::Align;
    contrail::TextTable table({{"", left, 8},
                               {"last id", left, 27},
                               {"records", right, 11},
                               {"distance (m)", right, 18},
                               {"lag", right, 11},
                               {""}});
    const auto metres = [](double distance) { return fmt::format("{:.3f}", distance); };
    const auto lag = [&](const auto& each) { return std::to_string(verdict.lag_records(each.last_id)); };
    const auto judgement = [&](const auto& each) { return std::string(text_of(standing(verdict, each))); };
    table.add({"rides", "", std::to_string(verdict.rides.count), metres(verdict.rides.sum)});
    table.add({"log", verdict.log.head.to_string(), std::to_string(verdict.log.records)});
    if (const auto unsent = verdict.unsent_records(); unsent > 0)
        table.add({"unsent", "", std::to_string(unsent)});
    for (const auto& each : verdict.consumers) {
        const bool adds_up = each.is_at_one_record();
        table.add({each.name, each.last_id.to_string(), "", adds_up ? metres(each.total_distance) : "",
                   lag(each), adds_up ? judgement(each) : segments_apart(each)});
        for (const auto& part : each.segments)
            table.add({"  " + part.segment.to_string(), part.last_id.to_string(), "",
                       metres(part.total_distance), lag(part)});
    }
    for (const auto& each : verdict.warehouses)
        table.add({each.name, each.last_id.to_string(),
                   each.contents ? std::to_string(each.contents->count) : "",
                   each.contents ? metres(each.contents->sum) : "", lag(each), judgement(each)});
    std::string lines = table.take_lines();
    lines += verdict_on_consumers(verdict) + '\n';
    for (const auto& warehouse : verdict.warehouses) lines += verdict_on(verdict, warehouse) + '\n';
    return lines;
}

std::string to_json(const Verdict& verdict) {
    nlohmann::ordered_json json;
    json["rides"] = {{"count", verdict.rides.count}, {"sum", verdict.rides.sum}};
    if (verdict.rides.digest) json["rides"]["digest"] = fmt::format("{:016x}", *verdict.rides.digest);
    json["log"] = {{"head", verdict.log.head.to_string()},
                   {"records", verdict.log.records},
                   {"unsent_records", verdict.unsent_records()}};
    json["consumers"] = nlohmann::ordered_json::array();
    for (const auto& consumer : verdict.consumers) json["consumers"].push_back(json_of(verdict, consumer));
    json["warehouses"] = nlohmann::ordered_json::array();
    for (const auto& warehouse : verdict.warehouses)
        json["warehouses"].push_back(json_of(verdict, warehouse));
    json["agree"] = agree(verdict);
    return json.dump() + '\n';
}

RideAudit::RideAudit(contrail::Settings settings)
    : settings_(std::move(settings)),
      log_(contrail::open_log(settings_)) {}

Verdict RideAudit::verify() {
    Verdict verdict = in_one_snapshot([&](Verdict& all) {
        read_rides(all);
        read_consumers(all);
        read_warehouses(all);
    });
    const contrail::LogUsage usage = log_->usage();
    verdict.log = {.head = usage.head, .records = usage.records};
    return verdict;
}

Verdict RideAudit::verify_consumers() {
    Verdict verdict = in_one_snapshot([&](Verdict& all) { read_consumers(all); });
    verdict.log.head = log_->head();
    return verdict;
}

template <class Read>
Verdict RideAudit::in_one_snapshot(Read read) {
    try {
        if (!session_) session_.emplace(settings_, "verify");
        session_->execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        Verdict verdict;
        read(verdict);
        session_->commit();
        return verdict;
    } catch (...) {
        session_.reset();  // or the next verdict would be of this snapshot
        throw;
    }
}

std::vector<contrail::SqlRow> RideAudit::query(std::string_view text, bool of_stream) {
    const std::string statement = in_schema(text, settings_);
    return of_stream ? session_->execute(statement, {settings_.stream_name}) : session_->execute(statement);
}

void RideAudit::read_rides(Verdict& verdict) {
    const auto sums = query(sum_of_rides_text)[0];
    verdict.rides.count = std::stoull(sums[0].value());
    verdict.rides.sum = std::stod(sums[1].value());
}

void RideAudit::read_consumers(Verdict& verdict) {
    verdict.staged = {std::stoull(query(newest_staged).at(0)[0].value())};
    for (const auto& row : query(consumers_of_stream(), true)) {
        const RecordId place = id_in(row[1]);
        if (verdict.consumers.empty() || verdict.consumers.back().name != row[0])
            verdict.consumers.push_back({row[0].value(), place, std::stod(row[2].value())});
        Verdict::Consumer& consumer = verdict.consumers.back();
        consumer.last_id = std::min(consumer.last_id, place);
        if (row[4] != "1")
            consumer.segments.push_back({segment_in(row[3], row[4]), place, std::stod(row[5].value())});
    }
}

void RideAudit::read_warehouses(Verdict& verdict) {
    for (const auto& row : query(warehouses_of_stream, true)) {
        Verdict::Warehouse warehouse{row[0].value(), id_in(row[1]), row[2].value(), {}, {}};
        try {
            warehouse.contents = read_warehouse(warehouse.file);
        } catch (const contrail::Error& error) {
            warehouse.unreadable = error.what();
        }
        verdict.warehouses.push_back(std::move(warehouse));
    }
    // Half a second for each million rides, and of use only to warehouses that are level.
    if (std::ranges::any_of(verdict.warehouses,
                            [&](const auto& each) { return is_level(verdict, each.name); }))
        verdict.rides.digest = std::stoull(query(digest_of_rides)[0][0].value());
}

void add_verify_command(contrail::Program& program) {
    struct Options {
        bool json = false;
        std::optional<Moment> at;
        std::string archive;
    };
    const auto options = std::make_shared<Options>();
    const auto print = [options](const auto& found) {
        std::cout << (options->json ? to_json(found) : to_text(found));
        return agree(found) ? contrail::exit_success : contrail::exit_failure;
    };
    CLI::App* const command = program.command(
        "verify", "Compare the rides with what the consumers made of them", [&program, options, print] {
            const contrail::Settings& settings = program.require_servers();
            if (options->at) return print(past_rides(settings, *options->at, options->archive));
            return print(RideAudit(settings).verify());
        });
    CLI::Option* const at = command->add_option_function<std::string>(
        "--at",
        [options](const std::string& text) {
            options->at = parse_moment(text);
            if (!options->at)
                throw CLI::ValidationError("--at", "'" + text + "' is no offset, record id or time");
        },
        "Add up the records of the log instead, up to this one: an offset, a record id, or a time as in RFC 3339 (the "
        "last record sealed by then)");
    at->type_name("OFFSET|TIME");
    command->add_option("--archive", options->archive, "Folder of an archive of the log, which is read first")
        ->type_name("DIR")
        ->needs(at);
    command->add_flag("--json", options->json, "Print JSON instead of a table");
}

}  // namespace rocket_rides
