#include "reconcile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "commands.hpp"
#include "consumer.hpp"
#include "contrail/postgres_session.hpp"
#include "contrail/reconciliation.hpp"
#include "contrail/text_table.hpp"
#include "ride.hpp"
#include "totals.hpp"

namespace rocket_rides {

using contrail::Sql;

namespace {

/// SQL for a FROM: `alias.records` and `alias.distance` are how many records follow `offset`, of all that are
/// visible in the statement's snapshot, and by how much they change the total. Offsets are dense: fewer
/// records than there must be mean that some have left the outbox, or say nothing that can be understood of
/// their ride. `offset` is SQL, as is `counts`: which of these records change the total.
///
/// The records are the rest of the batch that holds the offset, and one window from the end of that batch
/// until now: snapshots enclose any number of batches as they do one.
std::string records_after(std::string_view offset, std::string_view alias, std::string_view counts = "true") {
    return fmt::format(R"(
        LATERAL (
            WITH holder AS (
                SELECT no, snapshot, first_offset FROM @schema@.batches
                WHERE first_offset <= greatest({offset}, 1) ORDER BY first_offset DESC, no DESC LIMIT 1
            ), numbered AS (
                SELECT action, object, data, key,
                       first_offset - 1 + row_number() OVER (ORDER BY staged.id) AS log_offset
                FROM (SELECT holder.*, before.snapshot AS snapshot_before
                      FROM holder JOIN @schema@.batches AS before ON before.no = holder.no - 1) AS batch,
                     LATERAL @schema@.records_between(snapshot_before, snapshot) AS staged
            ), record AS (
                SELECT action, object, data, key FROM numbered WHERE log_offset > {offset}
                UNION ALL
                SELECT action, object, data, key
                FROM holder, LATERAL @schema@.records_between(snapshot, pg_current_snapshot())
            )
            SELECT count(change) AS records, coalesce(sum(change) FILTER (WHERE counts), 0) AS distance
            FROM (SELECT counts, CASE WHEN object <> 'ride' THEN 0
                              WHEN action = 'create' THEN now
                              WHEN action = 'update' THEN now - previously
                              WHEN action = 'delete' THEN -previously END AS change
                  FROM (SELECT action, object, {counts} AS counts,
                               CASE jsonb_typeof(data -> 'distance') WHEN 'number'
                                    THEN (data -> 'distance')::numeric END AS now,
                               CASE jsonb_typeof(data -> 'previous_distance') WHEN 'number'
                                    THEN (data -> 'previous_distance')::numeric END AS previously
                        FROM record) AS distances) AS changes
        ) AS {alias})",
                       fmt::arg("offset", offset), fmt::arg("alias", alias), fmt::arg("counts", counts));
}

// The records of a segment. Their keys are hashed only if there are several.
constexpr auto of_segment =
    "(place.segments = 1 OR place.segment = mod(@schema@.key_hash(@schema@.record_key(object, data::text, key)), "
    "place.segments))";

/// $1: the rides' sum. $2: the offset at which it is so. $3: the log. $4: a consumer; NULL: all. Returns of
/// each consumer: name, checkpoint, total, expected total; whether all records are there that this takes;
/// whether some of its records are parked; its number of segments.
///
/// Segments stand at different records. Each lacks those of its own records that follow its place.
std::string consumers_text() {
    return "WITH since AS MATERIALIZED (SELECT * FROM " + records_after("$2::bigint", "since") + R"()
SELECT name, (array_agg(last_id ORDER BY last_offset))[1], total_distance,
       ($1::numeric + min(since.distance) - sum(beyond.distance))::float8,
       bool_and(since.records - beyond.records = place.last_offset - $2::bigint),
       EXISTS (SELECT FROM @schema@.dead_letters AS parked WHERE parked.consumer = name AND parked.stream = $3),
       (SELECT max(segments) FROM @schema@.checkpoints AS own WHERE own.consumer = name AND own.stream = $3)
FROM since, consumer_totals JOIN )" +
           std::string(places_of_segments) + " ON consumer = name, " +
           records_after("place.last_offset", "beyond", of_segment) +
           " WHERE place.stream = $3 AND name = coalesce($4, name) GROUP BY name, total_distance ORDER BY name";
}

Comparison::Consumer consumer_from(const contrail::SqlRow& row) {
    Comparison::Consumer consumer{.name = row[0].value(),
                                  .last_id = contrail::RecordId::parse(row[1].value()).value(),
                                  .total_distance = std::stod(row[2].value()),
                                  .expected = std::stod(row[3].value()),
                                  .match = Match::unknown,
                                  .why = {},
                                  .segments = static_cast<std::uint32_t>(std::stoul(row[6].value()))};
    const bool is_complete = row[4] == "t";
    const bool has_parked = row[5] == "t";
    if (has_parked)
        consumer.why = "records are parked: have them retried, or discard them, first";
    else if (!is_complete)
        consumer.why = "the outbox does not hold all records after its checkpoint, or some make no sense";
    else
        consumer.match =
            same_distance(consumer.total_distance, consumer.expected, consumer.last_id.offset.value)
                ? Match::agrees
                : Match::differs;
    return consumer;
}

/// The rides' sum at one record, and comparisons with it.
class RidesSum {
public:
    explicit RidesSum(const contrail::Settings& settings)
        : settings_(settings),
          consumers_text_(in_schema(consumers_text(), settings)),
          reconciliation_(settings) {
        // First, because adding up the rides may take its time: from here on, no segment of the outbox is
        // emptied.
        reconciliation_.sql().execute(
            in_schema("LOCK TABLE @schema@.staged_log_records IN ACCESS SHARE MODE", settings));
        sum_ = sum_of_rides(reconciliation_);
    }

    Comparison compare() const {
        contrail::PostgresSession session(settings_, "reconcile");
        session.execute("BEGIN READ ONLY");
        return {.last_id = reconciliation_.last_id(),
                .total_distance = std::stod(sum_),
                .consumers = consumers(Sql(session.connection()), std::nullopt)};
    }

    /// Compares once more, while the consumer's checkpoints are held, and sets its total if it differs.
    void correct(Comparison::Consumer& consumer) const {
        const auto checkpoints = contrail::postgres_checkpoints(settings_);
        const contrail::Segment first{0, consumer.segments};
        const auto transaction = checkpoints->begin({contrail::ConsumerName(consumer.name), first});
        Sql sql = contrail::sql(*transaction);
        sql.execute(in_schema("SELECT @schema@.lock_segments($1, $2, $3)", settings_),
                    {consumer.name, settings_.stream_name, std::to_string(consumer.segments)});
        const auto found = consumers(sql, consumer.name);
        if (found.empty()) return;
        consumer = found.front();
        if (consumer.match != Match::differs) return;
        sql.execute("DELETE FROM segment_totals WHERE name = $1", {consumer.name});
        save_total(sql, consumer.name, {}, consumer.expected);
        transaction->commit();
        consumer.match = Match::corrected;
    }

private:
    std::vector<Comparison::Consumer> consumers(Sql sql, const contrail::SqlValue& name) const {
        // An emptied segment of the outbox has no statistics: its index is the way.
        sql.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL jit = off");
        const auto offset = std::to_string(reconciliation_.last_id().offset.value);
        std::vector<Comparison::Consumer> all;
        for (const auto& row : sql.execute(consumers_text_, {sum_, offset, settings_.stream_name, name}))
            all.push_back(consumer_from(row));
        return all;
    }

    const contrail::Settings& settings_;
    std::string consumers_text_;
    contrail::Reconciliation reconciliation_;
    std::string sum_;
};

constexpr std::string_view text_of(Match match) {
    constexpr std::string_view texts[] = {"agrees", "differs", "corrected", "unknown"};
    return texts[static_cast<std::size_t>(match)];
}

}  // namespace

Comparison reconcile(const contrail::Settings& settings, bool fix) {
    const RidesSum sum(settings);
    Comparison comparison = sum.compare();
    for (Comparison::Consumer& consumer : comparison.consumers)
        if (fix && consumer.match == Match::differs) sum.correct(consumer);
    return comparison;
}

std::size_t Comparison::count(Match match) const {
    return static_cast<std::size_t>(std::ranges::count(consumers, match, &Consumer::match));
}

std::string to_text(const Comparison& comparison) {
    using enum contrail::TextTable::Align;
    contrail::TextTable table({{"", left, 8},
                               {"last id", left, 27},
                               {"distance (m)", right, 18},
                               {"expected (m)", right, 18},
                               {"difference (m)", right},
                               {""}});
    const auto metres = [](double distance) {
        return fmt::format("{:.3f}", std::abs(distance) < 0.0005 ? 0.0 : distance);  // no "-0.000"
    };
    table.add({"rides", comparison.last_id.to_string(), metres(comparison.total_distance)});
    for (const auto& each : comparison.consumers) {
        const bool known = each.match != Match::unknown;
        table.add({each.name, each.last_id.to_string(), metres(each.total_distance),
                   known ? metres(each.expected) : "",
                   known ? metres(each.total_distance - each.expected) : "",
                   known ? std::string(text_of(each.match)) : "unknown: " + each.why});
    }
    std::string lines = table.take_lines();
    const std::size_t all = comparison.consumers.size();
    if (const auto wrong = comparison.count(Match::differs); wrong > 0)
        return lines + fmt::format(
                           "DIFFER: {} of {} consumers. `rocket_rides reconcile --fix` corrects them while "
                           "they run.\n",
                           wrong, all);
    if (const auto corrected = comparison.count(Match::corrected); corrected > 0)
        return lines + fmt::format("Corrected: {} of {} consumers.\n", corrected, all);
    return lines + fmt::format("Agree: {} of {} consumers.\n", comparison.count(Match::agrees), all);
}

std::string to_json(const Comparison& comparison) {
    nlohmann::ordered_json json;
    json["last_id"] = comparison.last_id.to_string();
    json["total_distance"] = comparison.total_distance;
    json["consumers"] = nlohmann::ordered_json::array();
    for (const auto& consumer : comparison.consumers) {
        nlohmann::ordered_json object{{"name", consumer.name},
                                      {"last_id", consumer.last_id.to_string()},
                                      {"total_distance", consumer.total_distance},
                                      {"match", text_of(consumer.match)}};
        if (consumer.match == Match::unknown) {
            object["why"] = consumer.why;
        } else {
            object["expected"] = consumer.expected;
            object["difference"] = consumer.total_distance - consumer.expected;
        }
        json["consumers"].push_back(std::move(object));
    }
    json["agree"] = comparison.count(Match::differs) == 0;
    return json.dump() + '\n';
}

void add_reconcile_command(contrail::Program& program) {
    struct Options {
        bool fix = false;
        bool json = false;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* const command = program.command(
        "reconcile", "Compare each consumer's total with the rides, at one record, while everything runs",
        [&program, options] {
            const Comparison found = reconcile(program.require_database(), options->fix);
            std::cout << (options->json ? to_json(found) : to_text(found));
            return found.count(Match::differs) == 0 ? contrail::exit_success : contrail::exit_failure;
        });
    command->add_flag("--fix", options->fix, "Correct those that differ, while they run");
    command->add_flag("--json", options->json, "Print JSON instead of a table");
}

}  // namespace rocket_rides
