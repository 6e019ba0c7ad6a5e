#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "contrail/settings.hpp"
#include "postgres/connection.hpp"

namespace rocket_rides {

/// The table `rides`, and Contrail's outbox beside it, over one connection to Postgres. Goes through a pooler
/// that hands out a session per transaction as well.
///
/// Errors   Calls throw contrail::Error; nothing is left half done. If the server only refused, the
/// connection
///          stays; otherwise it is closed, and connected() is false.
/// Threads  Not thread-safe.
class RideTable {
public:
    explicit RideTable(const contrail::Settings& settings);

    /// Connects if there is no connection, which may take seconds. The other calls do so as well.
    void connect();

    /// False once the connection is gone, which this finds out, if nobody has yet, without asking the server.
    bool connected();

    /// Stores a ride for each distance, in that order, each together with its record, and returns their ids:
    /// all in one SERIALIZABLE transaction, so that all are stored or none. When it returns they are durable.
    /// Throws Error: Retry::in_doubt if the connection broke while the transaction was committed.
    std::vector<std::int64_t> insert(std::span<const double> distances);

    /// A ride as a JSON object with `id`, `distance` (metres) and `created_at`; nothing if there is none.
    std::optional<std::string> find(std::int64_t id);

private:
    void leave_failed_transaction() noexcept;

    std::string schema_;  ///< Quoted.
    contrail::postgres::Connection connection_;
};

}  // namespace rocket_rides
