#include "postgres/postgres_outbox.hpp"

#include <utility>
#include <vector>

#include "contrail/postgres.hpp"
#include "postgres/batch_reader.hpp"
#include "postgres/confirm_commits.hpp"
#include "postgres/identity.hpp"
#include "postgres/schema.hpp"
#include "postgres/short_batch_reader.hpp"
#include "postgres/snapshot.hpp"

namespace contrail {

std::unique_ptr<Outbox> postgres_outbox(const Settings& settings, const SegmentLimits& segments) {
    return std::make_unique<postgres::PostgresOutbox>(settings, postgres::Waits{}, segments);
}

namespace postgres {

namespace {

// Of OutboxStatements::next.
constexpr int transactions_column = 2;
constexpr int batch_column = 3;
constexpr int sealed_by_column = 7;
constexpr int record_column = 8;

/// Where so many polls have found a batch, the next one probably will.
constexpr int found_in_a_row_min = 2;

/// Transaction ids over which a search from a snapshot on goes in one range. Those between its oldest transaction and
/// its newest may have staged much that was sealed long ago.
constexpr std::uint64_t xids_searched_max = 1'000;

constexpr Attempt hold_batch{.what = "begin to read a batch"};

Offset offset_from(std::int64_t value) {
    return {static_cast<std::uint64_t>(value)};
}

}  // namespace

PostgresOutbox::PostgresOutbox(const Settings& settings, const Waits& waits, const SegmentLimits& segments)
    : schema_(settings.schema),
      quoted_schema_(quoted_schema(settings.schema)),
      stream_(settings.stream_name),
      statements_(quoted_schema_),
      connection_(settings.database_url, "streamer", waits, [this](Connection&) { begin_session(); }),
      registry_(connection_, quoted_schema_, settings.stream_name),
      segments_(connection_, quoted_schema_, settings.stream_name, segments),
      wakeups_(connection_, quoted_schema_) {}

void PostgresOutbox::begin_session() {
    // The lead ended with the previous session. After a failover this may be another server, on which
    // snapshots of the first one mean nothing.
    leads_ = false;
    noted_ = false;
    polled_to_.reset();
    wakeups_.session_began();
    connection_.own_session();
    require_primary();
    connection_.run({"set up the session"}, statements_.session);
    require_schema(connection_, quoted_schema_);
    require_own_outbox();
}

/// A standby may lag. Beside it the log looks as if the database had lost commits, and that would end the streamer.
void PostgresOutbox::require_primary() {
    if (!connection_.run({"ask for the server's role"}, "SELECT pg_is_in_recovery()").boolean(0, 0)) return;
    throw Error(Retry::call,
                "Cannot work with " + describe(connection_.native()) +
                    ": the server is a standby. It takes no writes, and may lack what its primary has "
                    "sealed. Nothing was changed. If it is to take over, promote it. Else let "
                    "DATABASE_URL lead to the primary: with several hosts and "
                    "target_session_attrs=read-write, programs find it by themselves.");
}

/// Returns true if the schema has to note this database or the log.
bool PostgresOutbox::require_own_outbox() {
    const Identity found = postgres::identity(connection_, quoted_schema_);
    require_own(found, connection_, quoted_schema_);
    require_stream(found, stream_, connection_);
    return found.stream.empty() || found.origin() == Identity::Origin::upgraded;
}

OutboxIdentity PostgresOutbox::identity() {
    const Result noted = connection_.execute(statements_.identity);
    if (noted.rows() == 0 || noted.is_null(0, 0)) return {};
    return outbox_identity(connection_, quoted_schema_, std::string(noted.text(0, 0)));
}

bool PostgresOutbox::lead() {
    connection_.open();
    if (leads_) return true;
    const bool locked = connection_.execute(statements_.lead, {schema_}).boolean(0, 0);
    // A streamer that stands by notes it too: it may have to take over from one that froze before it did.
    if (locked || !noted_) note_outbox();
    leads_ = locked;
    return leads_;
}

/// Checked again, because another streamer may have noted another log since this session began, or at this moment.
void PostgresOutbox::note_outbox() {
    if (require_own_outbox()) {
        note_identity(connection_, quoted_schema_, stream_);
        require_own_outbox();
    }
    noted_ = true;
}

Batch PostgresOutbox::newest() {
    const Batch newest = counted(read_end(statements_.newest));
    // The streamer goes on from here, and may send this batch.
    confirm_commits(connection_);
    return newest;
}

Batch PostgresOutbox::base() {
    return counted(read_end(statements_.base));
}

/// The batch at one end of the table, which always holds one.
OpenBatch PostgresOutbox::read_end(const Statement& statement) {
    const Result result = connection_.execute(statement);
    if (result.rows() > 0) return batch_from(result);
    throw Error(Retry::never,
                "Cannot " + std::string(statement.attempt.what) + " in " + describe(connection_.native()) +
                    ": " + quoted_schema_ +
                    ".batches is empty. It always holds a row, so an operator or a program has deleted "
                    "rows there, or a dump was restored in part. Restore the table from a backup.");
}

std::optional<OpenBatch> PostgresOutbox::next(const Batch& previous) {
    connection_.open();
    wakeups_.poll_begins();
    const SqlValue polled_to = polled_to_after(previous);
    const int found_before = std::exchange(found_in_a_row_, 0);
    if (polled_to && found_before < found_in_a_row_min && !has_anything_ended()) return std::nullopt;

    bool soon = polled_to && can_seal_soon();
    // Until the next seal, the table does not say where a long batch ends. A new session does not know whether it does.
    const bool is_noted = polled_to && polled_to_->batch.last;
    const std::vector<SqlValue> values{std::to_string(previous.number), std::to_string(previous.sealed_ms),
                                       std::to_string(previous.last.value), polled_to};
    for (;;) {
        Result result = connection_.execute(soon ? statements_.next_soon : statements_.next, values);
        if (result.rows() == 0) throw_unknown(previous);
        if (!result.is_null(0, batch_column)) {
            const OpenBatch batch = batch_from(result, 0, batch_column);
            const bool sealed_here = !result.is_null(0, sealed_by_column);
            if (sealed_here)
                polled_to_ = {batch, std::string(result.text(0, 0)),
                              static_cast<std::uint64_t>(result.integer(0, sealed_by_column))};
            else
                confirm_commits(connection_);
            found_in_a_row_ = found_before + 1;
            wakeups_.staged(static_cast<double>(result.integer(0, transactions_column)));
            if (result.rows() > 1) short_batch_.emplace(ShortBatch{batch, std::move(result)});
            return batch;
        }
        const bool staged = result.boolean(0, 1);
        if (!staged) {
            OpenBatch polled = previous;
            if (!is_noted) polled.last.reset();
            polled_to_ = {polled, std::string(result.text(0, 0)), std::nullopt};
            return std::nullopt;
        }
        // Another streamer sealed the batch at the same moment. The next round finds it.
        soon = false;
    }
}

Rest PostgresOutbox::rest(Clock::Duration wait_max, const std::stop_token& stop) {
    if (!polled_to_ || !wakeups_.may_rest(Snapshot::parse(polled_to_->snapshot))) return Rest::refused;
    return wakeups_.wait(wait_max, stop) ? Rest::woken : Rest::elapsed;
}

std::uint64_t PostgresOutbox::now_ms() {
    return static_cast<std::uint64_t>(connection_.execute(statements_.now).integer(0, 0));
}

std::optional<Batch> PostgresOutbox::find(Offset offset) {
    if (!std::in_range<std::int64_t>(offset.value)) return std::nullopt;
    const Result result = connection_.execute(statements_.find, {std::to_string(offset.value)});
    if (result.rows() == 0) return std::nullopt;
    const Batch batch = counted(batch_from(result));
    return offset <= batch.last ? std::optional(batch) : std::nullopt;
}

std::unique_ptr<BatchReader> PostgresOutbox::read(const OpenBatch& batch, Offset from) {
    if (auto at_hand = std::exchange(short_batch_, std::nullopt); at_hand && at_hand->batch == batch)
        return std::make_unique<ShortBatchReader>(std::move(at_hand->records), record_column, batch, from);
    connection_.run(hold_batch, statements_.hold);
    return read_held(batch, from);
}

/// In the transaction that holds the batch.
std::unique_ptr<BatchReader> PostgresOutbox::read_held(const OpenBatch& batch, Offset from) {
    const Result window = connection_.execute(
        statements_.window,
        {std::to_string(batch.number), std::to_string(batch.sealed_ms), std::to_string(batch.first.value)});
    if (window.rows() == 0) {
        connection_.run(hold_batch, "ROLLBACK");
        throw_unknown(batch);
    }
    const std::string copy = statements_.copy(window, from.value - batch.first.value, batch.last.has_value());
    return std::make_unique<CopyBatchReader>(connection_, copy, std::vector{batch}, from);
}

BatchRun PostgresOutbox::read_run(const Batch& previous, std::uint64_t records_max) {
    const std::uint64_t last_max = previous.last.value + records_max;
    connection_.run(hold_batch, statements_.hold);
    const Result found = connection_.execute(
        statements_.run, {std::to_string(previous.number), std::to_string(previous.sealed_ms),
                          std::to_string(previous.last.value), std::to_string(last_max)});
    std::vector<OpenBatch> batches;
    for (int row = 1; row < found.rows(); ++row) {
        const OpenBatch batch = batch_from(found, row);
        if (row > 1 && !(batch.last && batch.last->value <= last_max)) break;
        batches.push_back(batch);
    }
    if (batches.empty()) {
        connection_.run(hold_batch, "ROLLBACK");
        if (found.rows() == 0) throw_unknown(previous);
        return {};
    }
    const Offset first = batches.front().first;
    // It may be long, and a run is sorted.
    if (batches.size() == 1) {
        auto reader = read_held(batches.front(), first);
        return {std::move(batches), std::move(reader)};
    }
    const std::string copy = statements_.copy_run(found, static_cast<int>(batches.size()));
    auto reader = std::make_unique<CopyBatchReader>(connection_, copy, batches, first);
    return {std::move(batches), std::move(reader)};
}

Released PostgresOutbox::release(Offset through) {
    const auto full = segments_.full();
    if (full.empty()) return {};
    // The newest batch is counted when the next one is sealed, and that may be never.
    if (const auto number = segments_.batch_to_count(through))
        connection_.execute(statements_.count, {std::to_string(*number)});
    return segments_.empty(full, through);
}

/// A poll does not read again what an earlier one has read. Else a transaction that staged a million records,
/// and is open or was rolled back, would make every poll walk over all of them.
SqlValue PostgresOutbox::polled_to_after(const Batch& previous) const {
    if (!polled_to_) return std::nullopt;
    const OpenBatch& polled = polled_to_->batch;
    return polled.ending_at(polled.last.value_or(previous.last)) == previous ? SqlValue(polled_to_->snapshot)
                                                                             : std::nullopt;
}

/// True if a poll since polled_to_ needs to look through few transaction ids, and has nothing to note of the batch.
bool PostgresOutbox::can_seal_soon() const {
    const Snapshot snapshot = Snapshot::parse(polled_to_->snapshot);
    return polled_to_->batch.last && snapshot.xmax - snapshot.xmin <= xids_searched_max;
}

/// While no transaction ends anywhere in the cluster, no record becomes visible. This check is what an idle streamer
/// does all day; it costs a tenth of a poll of the outbox. The streamer's own seal ends, too, and is no reason to
/// search.
bool PostgresOutbox::has_anything_ended() {
    const Result result = connection_.execute(statements_.snapshot);
    const std::string_view now = result.text(0, 0);
    if (now == polled_to_->snapshot) return false;
    if (!polled_to_->sealed_by ||
        !only_ended(*polled_to_->sealed_by, Snapshot::parse(polled_to_->snapshot), Snapshot::parse(now)))
        return true;
    polled_to_ = {polled_to_->batch, std::string(now), std::nullopt};
    return false;
}

/// Counts a long batch that no streamer has read to its end, and notes the result.
Batch PostgresOutbox::counted(const OpenBatch& batch) {
    if (batch.last) return batch.ending_at(*batch.last);
    const Result count = connection_.execute(statements_.count, {std::to_string(batch.number)});
    if (count.rows() == 0) throw_unknown(batch);
    return batch.ending_at(offset_from(count.integer(0, 0)));
}

/// The batch was released, or the database changed to another state. newest() tells what it holds.
void PostgresOutbox::throw_unknown(const OpenBatch& batch) const {
    throw Error(Retry::in_doubt,
                "Cannot continue after batch " + std::to_string(batch.number) + ", sealed at " +
                    std::to_string(batch.sealed_ms) + " ms, in " + describe(connection_.native()) + ": " +
                    quoted_schema_ +
                    ".batches does not hold this batch. Either retention has released it, or the database "
                    "failed over to a standby that lagged, or it was restored. The streamer reads the newest "
                    "batch and tries again.");
}

}  // namespace postgres

}  // namespace contrail
