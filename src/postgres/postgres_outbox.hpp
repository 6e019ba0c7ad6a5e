#pragma once

#include <memory>
#include <optional>
#include <string>

#include "contrail/outbox.hpp"
#include "contrail/settings.hpp"
#include "postgres/connection.hpp"
#include "postgres/outbox_statements.hpp"
#include "postgres/postgres_consumer_registry.hpp"
#include "postgres/segments.hpp"
#include "postgres/wakeups.hpp"

namespace contrail::postgres {

/// The outbox in a service's database; see sql/002_staged_log_records.sql, 003_batches.sql and
/// 004_consumers.sql.
class PostgresOutbox final : public Outbox {
public:
    /// Connects at the first call. Throws Error (Retry::never) if the schema's name is impossible.
    explicit PostgresOutbox(const Settings& settings, const Waits& waits = {},
                            const SegmentLimits& segments = {});
    PostgresOutbox(const PostgresOutbox&) = delete;
    PostgresOutbox& operator=(const PostgresOutbox&) = delete;

    OutboxIdentity identity() override;
    bool lead() override;
    Batch newest() override;
    Batch base() override;
    std::optional<OpenBatch> next(const Batch& previous) override;
    std::optional<Batch> find(Offset offset) override;
    std::unique_ptr<BatchReader> read(const OpenBatch& batch, Offset from) override;
    BatchRun read_run(const Batch& previous, std::uint64_t records_max) override;
    Released release(Offset through) override;
    Rest rest(Clock::Duration wait_max, const std::stop_token& stop) override;
    std::uint64_t now_ms() override;
    ConsumerRegistry& registry() override { return registry_; }

private:
    /// The newest snapshot in which a poll found no record after a batch.
    struct PolledTo {
        OpenBatch batch;
        std::string snapshot;
        /// The transaction that sealed the batch under this snapshot, if this session did. It staged nothing.
        std::optional<std::uint64_t> sealed_by;
    };

    /// The batch that the last call of next() sealed and read.
    struct ShortBatch {
        OpenBatch batch;
        Result records;
    };

    void begin_session();
    void require_primary();
    bool require_own_outbox();
    void note_outbox();
    [[nodiscard]] OpenBatch read_end(const Statement& statement);
    [[nodiscard]] SqlValue polled_to_after(const Batch& previous) const;
    [[nodiscard]] bool can_seal_soon() const;
    std::unique_ptr<BatchReader> read_held(const OpenBatch& batch, Offset from);
    bool has_anything_ended();
    [[nodiscard]] Batch counted(const OpenBatch& batch);
    [[noreturn]] void throw_unknown(const OpenBatch& batch) const;

    std::string schema_;
    std::string quoted_schema_;
    std::string stream_;
    OutboxStatements statements_;
    Connection connection_;
    PostgresConsumerRegistry registry_;
    Segments segments_;
    Wakeups wakeups_;
    bool leads_ = false;
    bool noted_ = false;  ///< The schema notes this database and this log.
    std::optional<PolledTo> polled_to_;
    int found_in_a_row_ = 0;  ///< How many polls have found a batch since the last that found none.
    std::optional<ShortBatch> short_batch_;
};

}  // namespace contrail::postgres
