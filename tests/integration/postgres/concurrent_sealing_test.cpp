#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "contrail/postgres.hpp"
#include "integration/postgres/read_batch.hpp"
#include "integration/postgres/versioned_rows.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

namespace {

/// Seals and reads, as a streamer does, until nothing is left after all was committed.
std::vector<Record> stream(const Settings& settings, const std::atomic<bool>& all_committed) {
    const auto outbox = postgres_outbox(settings);
    Batch batch;
    std::vector<Record> streamed;
    for (;;) {
        const bool is_last_look = all_committed;
        const auto next = outbox->next(batch);
        if (!next && is_last_look) return streamed;
        if (!next) continue;
        const auto records = read_batch(*outbox, *next);
        streamed.insert(streamed.end(), records.begin(), records.end());
        batch = next->ending_at(records.back().id.offset);
    }
}

}  // namespace

TEST(ConcurrentSealing, StreamsEveryCommittedChangeOnceAndInTheOrderOfItsRow) {
    const Settings settings = fresh_settings();
    AdminPostgres admin(settings.database_url);
    VersionedRows::make(admin);
    std::atomic<bool> all_committed = false;
    auto one = std::async(std::launch::async, [&] { return stream(settings, all_committed); });
    auto other = std::async(std::launch::async, [&] { return stream(settings, all_committed); });

    // One transaction, with a row of its own, is open from beginning to end.
    VersionedRows open_throughout(settings.database_url);
    open_throughout.connection().run("BEGIN");
    for (int i = 0; i < 3; ++i) open_throughout.change(VersionedRows::rows);
    VersionedRows::transact_at_once(settings.database_url);
    open_throughout.connection().run("COMMIT");
    all_committed = true;

    const auto streamed = one.get();
    EXPECT_EQ(other.get(), streamed) << "two streamers of one outbox";
    VersionedRows::expect_all(streamed, admin);
    for (std::size_t i = 0; i < streamed.size(); ++i) EXPECT_EQ(streamed[i].id.offset, Offset{i + 1});
    EXPECT_GT(postgres_outbox(settings)->newest().number, 10) << "too few batches to prove anything";
}

}  // namespace contrail::test
