#include "reconcile/reconcile.hpp"

#include "contrail/postgres.hpp"
#include "contrail/reconciliation.hpp"
#include "postgres/connection.hpp"
#include "postgres/schema.hpp"
#include "reconcile/records_after.hpp"
#include "reconciled_total.hpp"
#include "same_distance.hpp"
#include "total_distance.hpp"

namespace rocket_rides {

namespace {

using contrail::Sql;
using contrail::SqlRow;
using contrail::SqlValue;

// An emptied segment of the outbox has no statistics: it is to be walked along its index.
constexpr auto walk_indexes =
    "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), "
    "set_config('jit', 'off', true)";

/// (the rides' sum and the offset at which it is so, log, consumer or nothing) → of each consumer: name,
/// checkpoint, total, what it should be; whether all the records are there that this takes; whether some of
/// its records are parked. In one statement, whose snapshot is later than the sum's.
std::string consumers_text(const std::string& quoted_schema) {
    return contrail::postgres::in_schema(
               "WITH since AS MATERIALIZED (SELECT * FROM " +
                   records_after("$2::bigint", "since", quoted_schema) +
                   ") SELECT name, last_id, total_distance, "
                   "($1::numeric + since.distance - beyond.distance)::float8, "
                   "since.records - beyond.records = checkpoint.last_offset - $2::bigint, "
                   "EXISTS (SELECT FROM @schema@.dead_letters AS letter "
                   "        WHERE letter.consumer = name AND letter.stream = checkpoint.stream) "
                   "FROM since, consumer_states JOIN @schema@.checkpoints AS checkpoint ON consumer = name, ",
               quoted_schema) +
           records_after("checkpoint.last_offset", "beyond", quoted_schema) +
           " WHERE checkpoint.stream = $3 AND name = coalesce($4, name) ORDER BY name";
}

Match match_of(const Tuple::Consumer& consumer) {
    const auto additions = consumer.last_id.offset.value;
    return same_distance(consumer.total_distance, consumer.expected, additions) ? Match::agrees
                                                                                : Match::differs;
}

Tuple::Consumer consumer_from(const SqlRow& row) {
    Tuple::Consumer consumer{.name = row[0].value(),
                             .last_id = contrail::RecordId::parse(row[1].value()).value(),
                             .total_distance = std::stod(row[2].value()),
                             .expected = std::stod(row[3].value()),
                             .match = Match::unknown,
                             .why = {}};
    const bool is_complete = row[4] == "t";
    const bool has_parked = row[5] == "t";
    if (has_parked) {
        consumer.why = "records are parked: have them retried, or discard them, first";
    } else if (!is_complete) {
        consumer.why = "the outbox does not hold all records after its checkpoint, or some make no sense";
    } else {
        consumer.match = match_of(consumer);
    }
    return consumer;
}

class Comparison {
public:
    explicit Comparison(const contrail::Settings& settings)
        : settings_(settings),
          schema_(contrail::postgres::quoted_schema(settings.schema)),
          consumers_text_(consumers_text(schema_)),
          reconciliation_(settings),
          checkpoints_(contrail::postgres_checkpoints(settings)) {
        // Until this ends, no segment is emptied: what is read of the outbox from here on is all there.
        // First, because to add up the rides may take its time.
        reconciliation_.sql().execute("LOCK TABLE " + schema_ + ".staged_log_records IN ACCESS SHARE MODE");
        total_ = reconciled_total(reconciliation_);
    }

    Tuple tuple() {
        contrail::postgres::Connection connection(settings_.database_url, "reconcile", {}, [](auto&) {});
        connection.run({.what = "begin to compare consumers"}, "BEGIN READ ONLY");
        Sql sql(connection.native());
        return {.last_id = reconciliation_.last_id(),
                .total_distance = std::stod(total_),
                .consumers = consumers(sql, std::nullopt)};
    }

    /// Compares once more, while the consumer's checkpoint is held, and sets its total if it differs.
    void mend(Tuple::Consumer& consumer) {
        const auto transaction = checkpoints_->begin(contrail::ConsumerName(consumer.name));
        Sql sql = contrail::sql(*transaction);
        const auto found = consumers(sql, consumer.name);
        if (found.empty()) return;
        consumer = found.front();
        if (consumer.match != Match::differs) return;
        save_total(sql, consumer.name, consumer.expected);
        transaction->commit();
        consumer.match = Match::mended;
    }

private:
    std::vector<Tuple::Consumer> consumers(Sql& sql, const SqlValue& name) const {
        sql.execute(walk_indexes);
        const auto offset = std::to_string(reconciliation_.last_id().offset.value);
        std::vector<Tuple::Consumer> all;
        for (const SqlRow& row : sql.execute(consumers_text_, {total_, offset, settings_.stream_name, name}))
            all.push_back(consumer_from(row));
        return all;
    }

    const contrail::Settings& settings_;
    std::string schema_;
    std::string consumers_text_;
    contrail::Reconciliation reconciliation_;
    std::unique_ptr<contrail::Checkpoints> checkpoints_;
    std::string total_;
};

}  // namespace

Tuple reconcile(const contrail::Settings& settings, bool fix) {
    Comparison comparison(settings);
    Tuple tuple = comparison.tuple();
    for (Tuple::Consumer& consumer : tuple.consumers)
        if (fix && consumer.match == Match::differs) comparison.mend(consumer);
    return tuple;
}

}  // namespace rocket_rides
