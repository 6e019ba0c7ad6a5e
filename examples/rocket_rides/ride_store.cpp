#include "ride_store.hpp"

#include <algorithm>
#include <boost/asio/append.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <iterator>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "contrail/clock.hpp"
#include "contrail/component_log.hpp"
#include "contrail/error.hpp"
#include "contrail/postgres.hpp"
#include "ride.hpp"

namespace rocket_rides {

namespace asio = boost::asio;
using contrail::Error;
using contrail::Retry;
using Action = RideRequest::Action;

namespace {

constexpr contrail::ComponentLog store_log("api");

// Each inserts or changes all rides of a transaction, and stages their records beside them: a plain INSERT of
// many is three times as fast as stage() for each.

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

/// How often an idle thread checks that its session is alive, to replace it before a request needs it.
constexpr std::chrono::milliseconds idle_wait_max{1'000};
/// How long clients just answered have to come back: a quarter of their transaction's time, and at most this.
constexpr std::chrono::milliseconds expected_wait_max{5};
/// Pauses between attempts to connect; meanwhile every request fails at once.
constexpr std::chrono::milliseconds connect_wait_min{50};
constexpr std::chrono::milliseconds connect_wait_max{1'000};
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

RideStore::RideStore(const contrail::Settings& settings, const Options& options)
    : settings_(settings),
      options_(options),
      insert_rides_(in_schema(insert_rides_text, settings)),
      change_rides_(in_schema(change_rides_text, settings)) {
    try {
        session_.emplace(settings_, "rides", answer_wait_max);
        open_ = true;
    } catch (const Error& error) {
        if (error.retry() == Retry::never) throw;  // else the thread tries again, and says so
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

asio::awaitable<RideAnswer> RideStore::ask(RideRequest request) {
    const auto join = [this, request](auto handler) {
        const std::lock_guard lock(mutex_);
        if (!open_ || waiting_.requests.size() >= options_.waiting_requests_max) {
            const Failure failure = open_ ? Failure::overloaded : Failure::unavailable;
            asio::post(asio::append(std::move(handler), failed(failure)));
            return;
        }
        const auto executor = asio::get_associated_executor(handler);
        waiting_.add(request, std::move(handler));
        // When the executor comes round to this, all requests wait that arrived together.
        if (std::exchange(waking_, true)) return;
        asio::post(executor, [this] {
            const std::lock_guard again(mutex_);
            waking_ = false;
            wake_.notify_one();
        });
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(RideAnswer)>(join, asio::use_awaitable);
}

bool RideStore::is_open() {
    const std::lock_guard lock(mutex_);
    return open_;
}

void RideStore::Group::add(const RideRequest& request, Handler handler) {
    requests.push_back(request);
    handlers.push_back(std::move(handler));
}

void RideStore::Group::answer(std::vector<RideAnswer> answers) {
    if (handlers.empty()) return;
    // In one go: handing answers over one by one costs more than answering.
    const auto executor = asio::get_associated_executor(handlers.front());
    asio::post(executor, [handlers = std::move(handlers), answers = std::move(answers)]() mutable {
        for (std::size_t i = 0; i < handlers.size(); ++i) std::move(handlers[i])(std::move(answers[i]));
    });
}

void RideStore::work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (session_ && session_->is_open())
            serve(take(stop));
        else
            connect(stop);
    }
}

void RideStore::connect(const std::stop_token& stop) {
    Group abandoned;
    {
        const std::lock_guard lock(mutex_);
        open_ = false;
        std::swap(abandoned, waiting_);
    }
    abandoned.answer({abandoned.requests.size(), failed(Failure::unavailable)});
    auto pause = connect_wait_min;
    for (bool reported = false; !stop.stop_requested(); reported = true) {
        try {
            session_.emplace(settings_, "rides", answer_wait_max);
            const std::lock_guard lock(mutex_);
            open_ = true;
            store_log.info("connected to the database");
            return;
        } catch (const Error& error) {
            if (!reported)
                store_log.warn("requests fail until the database is there: {error}",
                               {{"error", error.what()}});
        }
        contrail::system_clock().wait(pause, stop);
        pause = std::min(2 * pause, connect_wait_max);
    }
}

/// Waits for a request; and then a moment for the clients just answered, so that they share the next commit.
/// Else clients who wait for each answer fall into two halves that take turns, and pay for twice the commits.
RideStore::Group RideStore::take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const std::size_t complete = std::min(options_.transaction_requests_max,
                                          waiting_.requests.size() + std::exchange(expected_requests_, 0));
    wake_.wait_for(lock, stop, idle_wait_max, [this] { return !waiting_.requests.empty(); });
    wake_.wait_until(lock, stop, expected_until_,
                     [this, complete] { return waiting_.requests.size() >= complete; });
    Group taken;
    Group later;
    // Two changes of one ride are for two transactions: the second one must find what the first one made of
    // it.
    std::unordered_set<std::int64_t> changed;
    for (std::size_t i = 0; i < waiting_.requests.size(); ++i) {
        const RideRequest& request = waiting_.requests[i];
        const bool has_room = taken.requests.size() < options_.transaction_requests_max;
        const bool goes = has_room && (!is_change(request) || changed.insert(request.id).second);
        (goes ? taken : later).add(request, std::move(waiting_.handlers[i]));
    }
    waiting_ = std::move(later);
    return taken;
}

void RideStore::serve(Group group) {
    const auto began = Clock::now();
    std::vector<RideAnswer> answers = store(group.requests);
    const auto ended = Clock::now();
    expected_requests_ = answers.size();
    expected_until_ = ended + std::min<Clock::duration>((ended - began) / 4, expected_wait_max);
    group.answer(std::move(answers));
}

/// Does all requests in one transaction. If that is refused, or always conflicts because of a change, each
/// half gets a transaction of its own: in the end, only the request at fault fails.
std::vector<RideAnswer> RideStore::store(std::span<const RideRequest> requests) {
    if (requests.empty()) return {};
    if (!session_->is_open()) return {requests.size(), failed(Failure::unavailable)};
    try {
        return store_together(requests);
    } catch (const Error& error) {
        const bool refused = error.retry() == Retry::never;
        const bool conflicts = error.retry() == Retry::transaction && session_->is_open() &&
                               std::ranges::any_of(requests, is_change);
        if (requests.size() > 1 && (refused || conflicts)) {
            std::vector<RideAnswer> answers = store(requests.first(requests.size() / 2));
            std::ranges::move(store(requests.subspan(requests.size() / 2)), std::back_inserter(answers));
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
    const auto ids = session_->execute(insert_rides_, {distances + '}'});
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
