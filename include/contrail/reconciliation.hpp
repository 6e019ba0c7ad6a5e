#pragma once

#include <chrono>
#include <memory>

#include "contrail/postgres.hpp"
#include "contrail/record.hpp"
#include "contrail/settings.hpp"

namespace contrail {

/// What a service's own tables show at an exact place in its log. What a query computes from them through
/// sql() is the state of a consumer that has applied the records up to last_id(), and no others:
///
///     Reconciliation reconciliation(settings);
///     const auto sold =
///         reconciliation.sql().execute("SELECT item, sum(quantity) FROM orders GROUP BY item");
///     // as of reconciliation.last_id()
///
/// That holds for tables whose every change stages a record in the same transaction. A new consumer can begin
/// with such a state (ConsumerOptions::reconcile); an existing one can be compared with it, or corrected.
///
/// Cost      It holds up neither services nor the streamer, however long it lasts. It holds a snapshot, as
///           any long query does, so vacuum cannot remove what was deleted since.
/// Errors    Throws Error; Retry::never where the database was restored from a dump, or rights are missing.
/// Lifetime  The snapshot is held until this is destroyed.
/// Threads   Not thread-safe.
class Reconciliation {
public:
    /// Takes a snapshot of the tables, and seals a batch with what was staged up to that moment. Opens two
    /// sessions, which must reach the same server. A query may take `query_wait_max`.
    explicit Reconciliation(const Settings& settings,
                            std::chrono::milliseconds query_wait_max = std::chrono::hours(1));
    Reconciliation(const Reconciliation&) = delete;
    Reconciliation& operator=(const Reconciliation&) = delete;
    ~Reconciliation();

    /// The last record whose effects the tables show; 0-0 if there is none. The log may not hold it yet.
    [[nodiscard]] RecordId last_id() const noexcept { return last_id_; }

    /// Runs queries in the snapshot. They can change nothing. After a query that failed, Postgres answers no
    /// other.
    [[nodiscard]] Sql sql();

private:
    struct Sessions;
    std::unique_ptr<Sessions> sessions_;
    RecordId last_id_;
    std::chrono::milliseconds query_wait_max_;
};

}  // namespace contrail
