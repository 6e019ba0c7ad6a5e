#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "contrail/group_commit.hpp"
#include "contrail/postgres_session.hpp"
#include "contrail/settings.hpp"

namespace rocket_rides {

/// What a client wants of a ride.
struct RideRequest {
    enum class Action { create, change, remove, show };

    Action action = Action::create;
    std::int64_t id = 0;  ///< Of all actions but `create`.
    double distance = 0;  ///< Metres; of `create` and `change`.
    /// If set, `change` and `remove` take effect only if the ride still has this distance.
    std::optional<double> previous_distance{};
};

/// Why a request was not done.
enum class Failure {
    unavailable,  ///< Not done: Postgres cannot be reached, or has no room. Later, perhaps.
    overloaded,   ///< Not done: too many requests wait. Later, perhaps.
    in_doubt,     ///< Perhaps done: the connection broke during the commit.
    refused,      ///< Never done: Postgres refuses it. The log says why.
    missing,      ///< Not done: there is no such ride.
    overtaken,    ///< Not done: another change came first, or is being made right now.
};

struct RideAnswer {
    std::optional<Failure> failure{};
    std::int64_t id = 0;           ///< Of the ride that was created.
    double previous_distance = 0;  ///< That a changed or deleted ride had.
    std::string json{};            ///< The ride that is shown: id, distance, created_at.
};

/// Requests of many clients, which share transactions.
using RideRequests = contrail::GroupCommit<RideRequest, RideAnswer>;

/// Does the requests of a group in one transaction, over one session with Postgres. Each change of a ride is
/// stored together with its record, so that none can be without the other. If a transaction is refused, only
/// the request at fault fails. Works behind a pooler that gives each transaction another session.
class RideStore : public RideRequests::Backend {
public:
    explicit RideStore(const contrail::Settings& settings);

    bool is_open() override { return session_ && session_->is_open(); }
    void open() override;
    std::vector<RideAnswer> serve(std::span<const RideRequest> requests) override;

    /// Two changes of one ride are for two transactions: the second one must find what the first one made of
    /// it.
    [[nodiscard]] std::optional<std::int64_t> key_of(const RideRequest& request) const override;

    [[nodiscard]] RideAnswer unavailable() const override { return {.failure = Failure::unavailable}; }
    [[nodiscard]] RideAnswer overloaded() const override { return {.failure = Failure::overloaded}; }

private:
    std::vector<RideAnswer> store_together(std::span<const RideRequest> requests);
    void create(std::span<const RideRequest> requests, std::vector<RideAnswer>& answers);
    void change(std::span<const RideRequest> requests, std::vector<RideAnswer>& answers);
    void show(std::span<const RideRequest> requests, std::vector<RideAnswer>& answers);
    void roll_back() noexcept;

    const contrail::Settings settings_;
    const std::string insert_rides_;
    const std::string change_rides_;
    std::optional<contrail::PostgresSession> session_;
};

}  // namespace rocket_rides
