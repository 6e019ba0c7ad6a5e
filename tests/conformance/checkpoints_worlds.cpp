#include "conformance/checkpoints_worlds.hpp"

#include "contrail/postgres.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"
#include "testing/memory_checkpoints.hpp"

namespace contrail::test {

namespace {

class MemoryCheckpointsWorld : public CheckpointsWorld {
public:
    MemoryCheckpointsWorld() {
        static int databases = 0;
        const std::string number = std::to_string(++databases);
        database_.owner = {number, "database " + number};
    }

    Checkpoints& checkpoints() override { return checkpoints_; }
    Checkpoints& other_checkpoints() override { return other_; }
    Checkpoints& checkpoints_of_another_log() override { return another_log_; }
    ConsumerSegments& segments() override { return segments_; }
    void write_effect(Transaction& transaction, double value) override {
        testing::memory_transaction(transaction).set_value("effect", value);
    }
    double committed_effect() override { return database_.value("effect"); }
    void mark(const ConsumerName& consumer, RecordId id) override { database_.mark({"log", consumer}, id); }

private:
    testing::MemoryDatabase database_;
    testing::MemoryCheckpoints checkpoints_{database_, StreamName("log")};
    testing::MemoryCheckpoints other_{database_, StreamName("log")};
    testing::MemoryCheckpoints another_log_{database_, StreamName("another-log")};
    testing::MemoryConsumerSegments segments_{database_, StreamName("log")};
};

class PostgresCheckpointsWorld : public CheckpointsWorld {
public:
    PostgresCheckpointsWorld() {
        admin_.run("CREATE TABLE effects (value float8); INSERT INTO effects VALUES (0)");
    }

    Checkpoints& checkpoints() override { return *checkpoints_; }
    Checkpoints& other_checkpoints() override { return *other_; }
    Checkpoints& checkpoints_of_another_log() override { return *another_log_; }
    ConsumerSegments& segments() override { return *segments_; }
    void write_effect(Transaction& transaction, double value) override {
        sql(transaction).execute("UPDATE effects SET value = $1", {std::to_string(value)});
    }
    double committed_effect() override { return std::stod(admin_.value("SELECT value FROM effects")); }
    void mark(const ConsumerName& consumer, RecordId id) override {
        admin_.run("UPDATE contrail.dead_letters SET marked_at = now() WHERE consumer = '" + consumer.str() +
                   "' AND stream = '" + settings_.stream_name + "' AND record_id = '" + id.to_string() + "'");
    }

private:
    [[nodiscard]] Settings settings_of_another_log() const {
        Settings other = settings_;
        other.stream_name = "another-log";
        return other;
    }

    Settings settings_ = fresh_settings();
    AdminPostgres admin_{settings_.database_url};
    std::unique_ptr<Checkpoints> checkpoints_ = postgres_checkpoints(settings_);
    std::unique_ptr<Checkpoints> other_ = postgres_checkpoints(settings_);
    std::unique_ptr<Checkpoints> another_log_ = postgres_checkpoints(settings_of_another_log());
    std::unique_ptr<ConsumerSegments> segments_ = postgres_consumer_segments(settings_);
};

}  // namespace

std::unique_ptr<CheckpointsWorld> make_memory_checkpoints_world() {
    return std::make_unique<MemoryCheckpointsWorld>();
}

std::unique_ptr<CheckpointsWorld> make_postgres_checkpoints_world() {
    return std::make_unique<PostgresCheckpointsWorld>();
}

}  // namespace contrail::test
