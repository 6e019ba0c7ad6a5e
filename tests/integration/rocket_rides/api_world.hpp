#pragma once

#include <cstdint>
#include <string>
#include <thread>

#include "api.hpp"
#include "contrail/settings.hpp"
#include "http_client.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

/// The API on a free port, served by a thread of its own, and the database behind it.
class ApiWorld {
public:
    /// The database gets the tables it lacks.
    explicit ApiWorld(Settings of_the_test = fresh_settings(),
                      const rocket_rides::Api::Options& options = {});

    [[nodiscard]] HttpClient client() const { return HttpClient(api_.port()); }
    [[nodiscard]] std::uint16_t port() const { return api_.port(); }

    [[nodiscard]] std::uint64_t rides() { return std::stoull(database.value("SELECT count(*) FROM rides")); }
    /// Transactions that stored rides which are still there.
    [[nodiscard]] std::uint64_t transactions();
    /// Fails the test unless every ride has exactly one record, with the same id and distance, staged in the
    /// same transaction, and there are no other records.
    void expect_a_record_for_every_ride();

    void request_stop() { thread_.request_stop(); }
    /// Waits until the API has stopped by itself.
    void join() { thread_.join(); }

    const Settings settings;
    AdminPostgres database{settings.database_url};

private:
    rocket_rides::Api api_;
    std::jthread thread_;
};

/// Holds up all transactions that store rides (or, at their commit, change them), until it is destroyed.
class HeldUp {
public:
    enum class At { insert, commit };
    HeldUp(const std::string& database_url, At at);

    /// Returns when such a transaction waits; throws if none has come within a minute.
    void wait_for_one();
    /// Ends the session of the transaction that waits.
    void cut_off();

private:
    AdminPostgres session_;
};

}  // namespace contrail::test
