#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "integration/postgres/versioned_rows.hpp"
#include "postgres/postgres_outbox.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

using postgres::PostgresOutbox;

namespace {

/// A streamer and processes that release what it has read, while services stage.
class ReleasedWhileStreamed {
public:
    explicit ReleasedWhileStreamed(Settings settings) : settings_(std::move(settings)) {}

    /// Until nothing is left after all was committed.
    std::vector<Record> stream() {
        PostgresOutbox outbox(settings_);
        Batch batch = outbox.newest();
        std::vector<Record> streamed;
        for (;;) {
            const bool is_last_look = all_committed;
            const auto next = outbox.next(batch);
            if (!next && is_last_look) break;
            if (!next) continue;
            // One record at a time: another process may try to empty the segment between any two of them.
            std::vector<Record> chunk;
            const auto reader = outbox.read(*next, next->first);
            for (reader->read(chunk, {.records_max = 1}); !chunk.empty();
                 reader->read(chunk, {.records_max = 1}))
                streamed.push_back(chunk.front());
            batch = next->ending_at(streamed.back().id.offset);
            streamed_to_ = batch.last.value;
        }
        streamed_all_ = true;
        return streamed;
    }

    /// Until everything was released. Returns how many segments it emptied.
    std::uint32_t release() {
        PostgresOutbox outbox(settings_, {}, {.bytes_max = 0, .current_max = {}});
        std::uint32_t emptied = 0;
        for (;;) {
            const bool is_last_pass = streamed_all_;
            const Offset through{streamed_to_};
            emptied += outbox.release(through).segments_emptied;
            if (is_last_pass && outbox.base().last == through) return emptied;
        }
    }

    std::atomic<bool> all_committed = false;

private:
    const Settings settings_;
    std::atomic<std::uint64_t> streamed_to_ = 0;
    std::atomic<bool> streamed_all_ = false;
};

}  // namespace

TEST(ConcurrentRelease, DropsNothingThatWasNotRead) {
    const Settings settings = fresh_settings();
    AdminPostgres admin(settings.database_url);
    VersionedRows::make(admin);
    ReleasedWhileStreamed world(settings);
    auto streamer = std::async(std::launch::async, [&] { return world.stream(); });
    auto one = std::async(std::launch::async, [&] { return world.release(); });
    auto other = std::async(std::launch::async, [&] { return world.release(); });

    VersionedRows::transact_at_once(settings.database_url);
    world.all_committed = true;

    VersionedRows::expect_all(streamer.get(), admin);
    EXPECT_GT(one.get() + other.get(), 10U) << "too few to prove anything";
    EXPECT_EQ(admin.value("SELECT count(*) FROM contrail.batches"), "1");
    EXPECT_EQ(
        admin.value(
            "SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree('contrail.staged_log_records')"),
        "0");
}

}  // namespace contrail::test
