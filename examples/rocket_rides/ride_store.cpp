#include "ride_store.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <tuple>

#include "contrail/component_log.hpp"
#include "contrail/error.hpp"
#include "contrail/postgres.hpp"
#include "ride.hpp"

namespace rocket_rides {

using contrail::Error;
using contrail::Retry;
using Action = RideRequest::Action;

namespace {

constexpr contrail::ComponentLog store_log("api");

// Each inserts or changes all rides of a transaction, and stages their records beside them: a plain INSERT of
// many is three times as fast as stage() for each. The INSERT is prepared, which saves a tenth of the time. The
// change is not: a plan that Postgres made for an empty table would be slow once there are many rides.

/// $1: distances. Returns the ids of the new rides, in the same order.
constexpr auto insert_rides_text = R"(
WITH ride AS (
    INSERT INTO rides (distance) SELECT unnest($1::float8[]) RETURNING id, distance
), record AS (
    INSERT INTO @schema@.staged_log_records (action, object, data)
    SELECT 'create', 'ride', jsonb_build_object('id', id, 'distance', distance) FROM ride
)
SELECT id FROM ride)";

/// $1: ids, all different. $2: distances; NULL deletes the ride. $3: the distances that rides must have until
/// then; NULL allows any. Returns for each, in the same order, its previous distance (NULL: not changed) and
/// whether there is such a ride. A ride that another transaction has locked is not waited for: all requests
/// in this transaction would wait with it.
constexpr auto change_rides_text = R"(
WITH wanted AS (
    SELECT * FROM unnest($1::bigint[], $2::float8[], $3::float8[])
    WITH ORDINALITY AS wanted (id, distance, previous_distance, place)
), free AS MATERIALIZED (
    SELECT id, distance FROM rides WHERE id = ANY ($1::bigint[]) FOR UPDATE SKIP LOCKED
), change AS (
    SELECT id, wanted.distance, free.distance AS previous_distance FROM wanted JOIN free USING (id)
    WHERE coalesce(wanted.previous_distance = free.distance, true)
), updated AS (
    UPDATE rides SET distance = change.distance FROM change
    WHERE rides.id = change.id AND change.distance IS NOT NULL
), deleted AS (
    DELETE FROM rides USING change WHERE rides.id = change.id AND change.distance IS NULL
), record AS (
    INSERT INTO @schema@.staged_log_records (action, object, data)
    SELECT CASE WHEN distance IS NULL THEN 'delete' ELSE 'update' END, 'ride', jsonb_strip_nulls(
        jsonb_build_object('id', id, 'distance', distance, 'previous_distance', previous_distance))
    FROM change
)
SELECT change.previous_distance, rides.id IS NOT NULL
FROM wanted LEFT JOIN change USING (id) LEFT JOIN rides USING (id) ORDER BY place)";

constexpr auto show_ride_text =
    "SELECT row_to_json(ride) FROM (SELECT id, distance, created_at FROM rides WHERE id = $1) AS ride";

// Whatever the server's defaults: a ride that was accepted survives a power cut, and its distance keeps all
// its digits. LOCAL, because a pooler may give the next transaction to another session.
constexpr auto begin_text =
    "BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL synchronous_commit = on; SET LOCAL extra_float_digits = 1; "
    "SET LOCAL TimeZone = 'UTC'";

/// A commit that takes longer is abandoned, and its requests are in doubt. Clients wait no longer than this.
constexpr std::chrono::milliseconds answer_wait_max{10'000};
/// Attempts at a transaction that conflicts with others, as it may once or twice.
constexpr int attempts_max = 10;

RideAnswer failed(Failure failure) {
    return {.failure = failure};
}

bool is_change(const RideRequest& request) {
    return request.action == Action::change || request.action == Action::remove;
}

/// `session_open`: the server refused, and is still there.
Failure failure_of(const RideRequest& request, const Error& error, bool session_open) {
    if (error.retry() == Retry::never) return Failure::refused;
    if (error.retry() == Retry::in_doubt && request.action != Action::show) return Failure::in_doubt;
    // Others change the ride again and again, and are always faster.
    if (error.retry() == Retry::transaction && session_open && is_change(request)) return Failure::overtaken;
    return Failure::unavailable;
}

void append(std::string& array, const std::string& element) {
    array += array.empty() ? '{' : ',';
    array += element;
}

}  // namespace

RideStore::RideStore(const contrail::Settings& settings)
    : settings_(settings),
      insert_rides_(in_schema(insert_rides_text, settings)),
      change_rides_(in_schema(change_rides_text, settings)) {}

void RideStore::open() {
    session_.emplace(settings_, "rides", answer_wait_max);
}

std::optional<std::int64_t> RideStore::key_of(const RideRequest& request) const {
    return is_change(request) ? std::optional(request.id) : std::nullopt;
}

/// Does all requests in one transaction. If that is refused, or always conflicts because of a change, each
/// half gets a transaction of its own: in the end, only the request at fault fails.
std::vector<RideAnswer> RideStore::serve(std::span<const RideRequest> requests) {
    if (!session_->is_open()) return {requests.size(), unavailable()};
    try {
        return store_together(requests);
    } catch (const Error& error) {
        const bool refused = error.retry() == Retry::never;
        const bool conflicts = error.retry() == Retry::transaction && session_->is_open() &&
                               std::ranges::any_of(requests, is_change);
        if (requests.size() > 1 && (refused || conflicts)) {
            std::vector<RideAnswer> answers = serve(requests.first(requests.size() / 2));
            std::ranges::move(serve(requests.subspan(requests.size() / 2)), std::back_inserter(answers));
            return answers;
        }
        store_log.error("requests not done: {requests}. {error}",
                        {{"requests", requests.size()}, {"error", error.what()}});
        std::vector<RideAnswer> answers;
        for (const RideRequest& request : requests)
            answers.push_back(failed(failure_of(request, error, session_->is_open())));
        return answers;
    }
}

std::vector<RideAnswer> RideStore::store_together(std::span<const RideRequest> requests) {
    for (int attempt = 1;; ++attempt) {
        try {
            std::vector<RideAnswer> answers(requests.size());
            session_->execute(begin_text);
            change(requests, answers);
            create(requests, answers);
            show(requests, answers);
            session_->commit();
            return answers;
        } catch (const Error& error) {
            roll_back();
            if (error.retry() != Retry::transaction || !session_->is_open() || attempt == attempts_max) throw;
        }
    }
}

void RideStore::create(std::span<const RideRequest> requests, std::vector<RideAnswer>& answers) {
    std::string distances;
    for (const RideRequest& request : requests)
        if (request.action == Action::create) append(distances, distance_text(request.distance));
    if (distances.empty()) return;
    const auto ids = session_->execute_prepared(insert_rides_, {distances + '}'});
    auto id = ids.begin();
    for (std::size_t i = 0; i < requests.size(); ++i)
        if (requests[i].action == Action::create) answers[i].id = std::stoll((*id++)[0].value());
}

void RideStore::change(std::span<const RideRequest> requests, std::vector<RideAnswer>& answers) {
    std::string ids;
    std::string distances;
    std::string previous_distances;
    for (const RideRequest& request : requests) {
        if (!is_change(request)) continue;
        const auto& previous = request.previous_distance;
        append(ids, std::to_string(request.id));
        append(distances, request.action == Action::remove ? "NULL" : distance_text(request.distance));
        append(previous_distances, previous ? distance_text(*previous) : "NULL");
    }
    if (ids.empty()) return;
    const auto rows =
        session_->execute(change_rides_, {ids + '}', distances + '}', previous_distances + '}'});
    auto row = rows.begin();
    for (std::size_t i = 0; i < requests.size(); ++i) {
        if (!is_change(requests[i])) continue;
        const auto& [previous_distance, exists] = std::tie((*row)[0], (*row)[1]);
        if (previous_distance)
            answers[i].previous_distance = std::stod(*previous_distance);
        else
            answers[i] = failed(exists == "t" ? Failure::overtaken : Failure::missing);
        ++row;
    }
}

void RideStore::show(std::span<const RideRequest> requests, std::vector<RideAnswer>& answers) {
    for (std::size_t i = 0; i < requests.size(); ++i) {
        if (requests[i].action != Action::show) continue;
        const auto found = session_->execute(show_ride_text, {std::to_string(requests[i].id)});
        answers[i] = found.empty() ? failed(Failure::missing) : RideAnswer{.json = found[0][0].value()};
    }
}

void RideStore::roll_back() noexcept {
    try {
        if (session_->is_open()) session_->execute("ROLLBACK");
    } catch (const Error&) {
        // The error that led here says more, and the session is closed.
    }
}

}  // namespace rocket_rides
