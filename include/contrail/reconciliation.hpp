#pragma once

#include <chrono>
#include <memory>

#include "contrail/postgres.hpp"
#include "contrail/record.hpp"
#include "contrail/settings.hpp"

namespace contrail {

/// What a service's own tables show at an exact place in its log. Whatever is reduced from them through sql()
/// is the state of a consumer that has applied the records up to last_id(), and no others:
///
///     Reconciliation reconciliation(settings);
///     const auto sold = reconciliation.sql().execute("SELECT item, sum(quantity) FROM orders GROUP BY
///     item");
///     // as of reconciliation.last_id()
///
/// That holds for tables whose changes are all staged in the transaction that makes them. A new consumer can
/// begin with such a state (ConsumerOptions::reconcile), and an old one be compared with it, or corrected.
///
/// Holds up  neither services nor the streamer, however long it lasts. It holds a snapshot, as any long query
///           does, so vacuum cannot clear away what was deleted since.
/// Errors    Throws Error; Retry::never where the database was restored from a dump, or rights are missing.
/// Lifetime  The snapshot is held until this is destroyed.
/// Threads   Not thread-safe.
class Reconciliation {
public:
    /// Looks at the tables as they are now, and seals a batch with what was staged up to just then. Two
    /// sessions, which must reach one and the same server. A query may take `query_wait_max`.
    explicit Reconciliation(const Settings& settings,
                            std::chrono::milliseconds query_wait_max = std::chrono::hours(1));
    Reconciliation(const Reconciliation&) = delete;
    Reconciliation& operator=(const Reconciliation&) = delete;
    ~Reconciliation();

    /// The last record whose effects the tables show; 0-0 if there is none. The log may not have got it yet.
    [[nodiscard]] RecordId last_id() const noexcept { return last_id_; }

    /// Queries in the snapshot. They can change nothing. After one that failed, no other is answered.
    [[nodiscard]] Sql sql();

private:
    struct Sessions;
    std::unique_ptr<Sessions> sessions_;
    RecordId last_id_;
    std::chrono::milliseconds query_wait_max_;
};

}  // namespace contrail
