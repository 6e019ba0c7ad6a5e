#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api/ride_group.hpp"
#include "api/ride_statements.hpp"
#include "contrail/settings.hpp"
#include "postgres/connection.hpp"

namespace rocket_rides {

/// The table `rides`, and Contrail's outbox beside it, over one connection to Postgres. Goes through a pooler
/// that hands out a session per transaction as well; then nothing is prepared.
///
/// Errors   Calls throw contrail::Error; nothing is left half done. If the server only refused, the
///          connection stays; otherwise it is closed, and connected() is false.
/// Threads  Not thread-safe.
class RideTable {
public:
    explicit RideTable(const contrail::Settings& settings);
    RideTable(const RideTable&) = delete;
    RideTable& operator=(const RideTable&) = delete;

    /// Connects if there is no connection, which may take seconds. The other calls do so as well.
    void connect();

    /// False once the connection is gone, which this finds out, if nobody has yet, without asking the server.
    bool connected();

    /// Begins a SERIALIZABLE transaction, and in it makes the changes and stores the rides, in that order,
    /// each together with its record. All of that holds once commit() has returned, or none of it. Waits for
    /// no other transaction: a ride that one is changing counts as overtaken.
    StoredGroup write(const RideGroup& group);

    /// Commits what was written. When it returns that is durable. Throws Error: Retry::in_doubt if the
    /// connection broke meanwhile.
    void commit();

    /// A ride as a JSON object with `id`, `distance` (metres) and `created_at`; nothing if there is none.
    std::optional<std::string> find(std::int64_t id);

private:
    void set_up_session();
    contrail::postgres::Result run(const RideStatement& statement, std::initializer_list<std::string> arrays);
    std::vector<StoredRide> insert(std::span<const double> distances);
    std::vector<ChangedRide> change(std::span<const WantedChange> changes);
    void leave_failed_transaction() noexcept;

    std::string schema_;        ///< Quoted.
    bool own_session_ = false;  ///< No pooler between: the session's settings and statements last.
    std::string begin_;         ///< What begins the transaction in hand, until it is sent.
    contrail::postgres::Connection connection_;
};

}  // namespace rocket_rides
