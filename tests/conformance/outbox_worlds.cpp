#include "conformance/outbox_worlds.hpp"

#include "postgres/postgres_outbox.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"
#include "testing/memory_outbox.hpp"

namespace contrail::test {

namespace {

class MemoryWriter : public Writer {
public:
    explicit MemoryWriter(testing::MemoryDatabase& database) : transaction_(database) {}
    void stage(const std::string& json, const std::optional<std::string>& key,
               const std::optional<std::string>& headers) override {
        transaction_.stage("create", "ride", json, key, headers);
    }
    void commit() override { transaction_.commit(); }

private:
    testing::MemoryTransaction transaction_;
};

class MemoryOutboxWorld : public OutboxWorld {
public:
    Outbox& outbox() override { return outbox_; }
    Outbox& other_outbox() override { return other_; }
    std::unique_ptr<Writer> begin() override { return std::make_unique<MemoryWriter>(database_); }

private:
    testing::MemoryDatabase database_;
    testing::MemoryOutbox outbox_{database_};
    testing::MemoryOutbox other_{database_};
};

class PostgresWriter : public Writer {
public:
    explicit PostgresWriter(const std::string& url) : connection_(url) { connection_.run("BEGIN"); }
    void stage(const std::string& json, const std::optional<std::string>& key,
               const std::optional<std::string>& headers) override {
        connection_.run("SELECT contrail.stage('create', 'ride', '" + json + "'" +
                        (key ? ", key => '" + *key + "'" : "") +
                        (headers ? ", headers => '" + *headers + "'" : "") + ")");
    }
    void commit() override { connection_.run("COMMIT"); }

private:
    AdminPostgres connection_;
};

class PostgresOutboxWorld : public OutboxWorld {
public:
    Outbox& outbox() override { return outbox_; }
    Outbox& other_outbox() override { return other_; }
    std::unique_ptr<Writer> begin() override {
        return std::make_unique<PostgresWriter>(settings_.database_url);
    }

private:
    /// Turns to another segment whenever that helps, as the outbox in memory does.
    static constexpr SegmentLimits turn_at_once{.bytes_max = 0, .current_max = {}};

    Settings settings_ = fresh_settings();
    postgres::PostgresOutbox outbox_{settings_, {}, turn_at_once};
    postgres::PostgresOutbox other_{settings_, {}, turn_at_once};
};

}  // namespace

std::unique_ptr<OutboxWorld> make_memory_outbox_world() {
    return std::make_unique<MemoryOutboxWorld>();
}

std::unique_ptr<OutboxWorld> make_postgres_outbox_world() {
    return std::make_unique<PostgresOutboxWorld>();
}

}  // namespace contrail::test
