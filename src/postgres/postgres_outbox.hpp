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
    std::uint64_t now_ms() override;
    ConsumerRegistry& registry() override { return registry_; }

private:
    /// The newest snapshot in which a poll found no record after a batch.
    struct PolledTo {
        std::int64_t batch_number;
        std::string snapshot;
    };

    /// The batch that the last call of next() sealed and read.
    struct ShortBatch {
        OpenBatch batch;
        Result records;
    };

    void begin_session();
    bool require_own_outbox();
    void note_outbox();
    [[nodiscard]] SqlValue polled_to_after(const Batch& previous) const;
    [[nodiscard]] Batch counted(const OpenBatch& batch);
    [[noreturn]] void throw_unknown(const OpenBatch& batch) const;

    std::string schema_;
    std::string quoted_schema_;
    std::string stream_;
    OutboxStatements statements_;
    Connection connection_;
    PostgresConsumerRegistry registry_;
    Segments segments_;
    bool leads_ = false;
    bool noted_ = false;  ///< The schema notes this database and this log.
    std::optional<PolledTo> polled_to_;
    std::optional<ShortBatch> short_batch_;
};

}  // namespace contrail::postgres
