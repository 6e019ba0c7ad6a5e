#pragma once

#include <memory>
#include <string>

#include "contrail/checkpoints.hpp"
#include "contrail/settings.hpp"
#include "postgres/connection.hpp"

namespace contrail::postgres {

/// Checkpoints in a consumer's database; see sql/005_checkpoints.sql and sql/006_dead_letters.sql. Works
/// through a pooler that gives each transaction another session.
class PostgresCheckpoints final : public Checkpoints {
public:
    /// Connects at the first call. Throws Error (Retry::never) if the schema's name is impossible.
    explicit PostgresCheckpoints(const Settings& settings, const Waits& waits = {});
    PostgresCheckpoints(const PostgresCheckpoints&) = delete;
    PostgresCheckpoints& operator=(const PostgresCheckpoints&) = delete;

    /// The transaction has the database's default isolation level. The server ends its session after a minute
    /// of idling: otherwise a frozen process would block the process that stands by for ever.
    std::unique_ptr<Transaction> begin(const ConsumerSegment& part) override;
    std::optional<RecordId> least(const ConsumerName& consumer) override;

    ConsumerOwner owner() override;

    [[nodiscard]] bool has_marked(const ConsumerSegment& part) override;

private:
    std::string quoted_schema_;
    std::string stream_;
    Connection connection_;
};

}  // namespace contrail::postgres
