#include "postgres/segments.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "postgres/schema.hpp"

namespace contrail::postgres {

namespace {

constexpr int segment_count = 3;

// A segment is empty if its file is: the file also holds rows of open transactions.
constexpr auto states_text = R"(
    SELECT segment, pg_relation_size(name) = 0, pg_total_relation_size(name),
           segment = coalesce(pg_sequence_last_value($name$@schema@.current_segment$name$), 0)
    FROM generate_series(0, 2) AS segment,
         LATERAL (SELECT ($name$@schema@.staged_log_records_$name$ || segment)::regclass AS name) AS partition
    ORDER BY segment)";

constexpr auto turn_text = "SELECT setval($name$@schema@.current_segment$name$, $1)";

constexpr auto uncounted_text = R"(
    SELECT newest.no
    FROM @schema@.releasable($1, $2) AS base
    JOIN @schema@.batches AS newest ON newest.no = base.no + 1 AND newest.last_offset IS NULL
    WHERE newest.first_offset <= $2)";

constexpr auto is_needed_text = R"(
    SELECT base.no IS NULL OR @schema@.holds_more_than(base.snapshot, $3::smallint)
    FROM @schema@.releasable($1, $2) AS base)";

constexpr auto empty_text = "SELECT @schema@.empty_segment($3::smallint, $1, $2)";

// A user without the right to see other sessions gets less detail. A prepared transaction has no session.
constexpr auto users_text = R"(
    SELECT DISTINCT virtualtransaction, concat_ws(', ',
        coalesce('process ' || pid || ' (' || application_name || ')', 'a transaction in pg_prepared_xacts'),
        state,
        to_char(xact_start AT TIME ZONE 'UTC', '"in a transaction since" YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        to_char(query_start AT TIME ZONE 'UTC', '"last statement at" YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'relation' AND relation = ($name$@schema@.staged_log_records_$name$ || $1)::regclass
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND granted AND pid IS DISTINCT FROM pg_backend_pid())";

std::string limit(Offset through) {
    // releasable() adds one to it.
    constexpr auto offset_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) - 1;
    return std::to_string(std::min(through.value, offset_max));
}

}  // namespace

Segments::Segments(Connection& connection, std::string_view quoted_schema, std::string stream,
                   const SegmentLimits& limits)
    : connection_(connection),
      stream_(std::move(stream)),
      limits_(limits),
      states_{"segments", {"read the state of the segments"}, in_schema(states_text, quoted_schema)},
      turn_{"turn", {"turn to the next segment"}, in_schema(turn_text, quoted_schema)},
      uncounted_{"uncounted", {"find what may be released"}, in_schema(uncounted_text, quoted_schema)},
      is_needed_{
          "is needed", {"check whether a segment may be emptied"}, in_schema(is_needed_text, quoted_schema)},
      empty_{"empty", {"empty a segment"}, in_schema(empty_text, quoted_schema)},
      users_{"users", {"find the transactions that use a segment"}, in_schema(users_text, quoted_schema)},
      in_the_way_(segment_count) {}

std::vector<int> Segments::full() {
    std::vector<State> segments = states();
    const auto current =
        std::find_if(segments.begin(), segments.end(), [](const State& s) { return s.is_current; });
    const bool due = is_due(*current);
    // Any empty segment will do, beginning with the next. While an open transaction blocks one, the other two
    // serve.
    std::rotate(segments.begin(), current, segments.end());
    const auto next =
        std::find_if(segments.begin(), segments.end(), [](const State& s) { return s.is_empty; });
    const bool turns = due && next != segments.end();
    if (turns) connection_.execute(turn_, {std::to_string(next->number)});

    std::vector<int> full;
    for (const State& state : segments) {
        if (!state.is_empty && (turns || !state.is_current)) full.push_back(state.number);
    }
    return full;
}

std::vector<Segments::State> Segments::states() {
    const Result result = connection_.execute(states_);
    std::vector<State> states;
    for (int row = 0; row < result.rows(); ++row) {
        states.push_back({.number = static_cast<int>(result.integer(row, 0)),
                          .is_empty = result.boolean(row, 1),
                          .bytes = static_cast<std::uint64_t>(result.integer(row, 2)),
                          .is_current = result.boolean(row, 3)});
    }
    return states;
}

bool Segments::is_due(const State& current) {
    const auto now = std::chrono::steady_clock::now();
    const int filling = current.is_empty ? -1 : current.number;
    if (filling != std::exchange(filling_, filling)) filling_since_ = now;
    return !current.is_empty &&
           (current.bytes >= limits_.bytes_max || now - filling_since_ >= limits_.current_max);
}

std::optional<std::int64_t> Segments::batch_to_count(Offset through) {
    const Result result = connection_.execute(uncounted_, {stream_, limit(through)});
    return result.rows() == 0 ? std::nullopt : std::optional(result.integer(0, 0));
}

Released Segments::empty(const std::vector<int>& segments, Offset through) {
    Released released;
    for (const int segment : segments)
        empty_one(segment, {stream_, limit(through), std::to_string(segment)}, released);
    return released;
}

void Segments::empty_one(int segment, const std::vector<SqlValue>& values, Released& released) {
    InTheWay& before = in_the_way_[static_cast<std::size_t>(segment)];
    if (!before.transactions.empty()) {
        // Every later lock request queues behind one that waits. So each transaction is waited for only once.
        const InTheWay now = users_of(segment);
        const bool still = std::any_of(now.transactions.begin(), now.transactions.end(),
                                       [&](const auto& one) { return before.transactions.contains(one); });
        if (!still) before = {};
    }
    if (before.transactions.empty() && !connection_.execute(is_needed_, values).boolean(0, 0)) {
        const std::string answer(connection_.execute(empty_, values).text(0, 0));
        if (answer == "emptied") ++released.segments_emptied;
        if (answer == "in use") before = users_of(segment);
    }
    if (!before.transactions.empty() && released.obstacle.empty()) released.obstacle = before.description;
}

Segments::InTheWay Segments::users_of(int segment) {
    const Result result = connection_.execute(users_, {std::to_string(segment)});
    InTheWay users;
    std::string list;
    for (int row = 0; row < result.rows(); ++row) {
        users.transactions.emplace(result.text(row, 0));
        list.append(row == 0 ? "" : "; ").append(result.text(row, 1));
    }
    users.description =
        "Segment " + std::to_string(segment) + " of the outbox (staged_log_records_" +
        std::to_string(segment) +
        ") holds no record that a consumer needs, but cannot be emptied before this ends: " + list + ".";
    return users;
}

}  // namespace contrail::postgres
