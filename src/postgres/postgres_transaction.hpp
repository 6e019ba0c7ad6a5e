#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contrail/checkpoints.hpp"
#include "postgres/checkpoint_key.hpp"
#include "postgres/connection.hpp"

namespace contrail::postgres {

/// A consumer's transaction.
class PostgresTransaction final : public Transaction {
public:
    /// `connection` must outlive it.
    PostgresTransaction(Connection& connection, CheckpointKey key);
    PostgresTransaction(const PostgresTransaction&) = delete;
    PostgresTransaction& operator=(const PostgresTransaction&) = delete;
    ~PostgresTransaction() override;

    /// Begins the transaction; loads and locks the checkpoint. Call it once, before any other member.
    void begin();

    [[nodiscard]] std::optional<RecordId> checkpoint() const override { return loaded_; }
    [[nodiscard]] std::optional<HalfAhead> ahead() const override { return ahead_; }
    [[nodiscard]] bool advance(RecordId to) override;
    void park(const DeadLetter& letter) override;
    [[nodiscard]] bool park_again(RecordId id, const std::string& error) override;
    [[nodiscard]] std::optional<DeadLetter> take_marked() override;
    void commit() override;
    [[nodiscard]] void* native_handle() noexcept override { return connection_.native(); }

private:
    [[nodiscard]] Result load();
    [[nodiscard]] bool register_at(const Attempt& attempt, RecordId place);
    [[nodiscard]] std::string begin_text() const;
    void require_open() const;

    Connection& connection_;
    CheckpointKey key_;
    std::optional<RecordId> loaded_;
    std::optional<HalfAhead> ahead_;
    bool ended_ = false;
};

}  // namespace contrail::postgres
