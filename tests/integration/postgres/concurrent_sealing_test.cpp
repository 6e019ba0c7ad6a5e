#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <random>
#include <string>
#include <thread>

#include "contrail/postgres.hpp"
#include "integration/postgres/read_batch.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

namespace {

constexpr int writers = 6;
constexpr int transactions_per_writer = 150;
constexpr int rows = 4;

/// A service whose every change of a row raises the row's version, and stages the version that it has then.
/// So the rows tell what the log has to hold: of each row the versions 1, 2, 3 … to the last, in that order.
class VersionedRows {
public:
    explicit VersionedRows(const std::string& url) : connection_(url) {
        connection_.run("SET client_min_messages = error");  // To roll back what has failed already is fine.
    }

    void change(int row) {
        const auto version = connection_.value(
            "UPDATE rows SET version = version + 1 WHERE id = " + std::to_string(row) + " RETURNING version");
        connection_.run("SELECT contrail.stage('update', 'row " + std::to_string(row) + "', '" + version +
                        "')");
    }

    /// One transaction of any kind that services make.
    void transact(std::mt19937& random) {
        const auto one_in = [&](unsigned count) { return random() % count == 0; };
        const int row = static_cast<int>(random() % rows);
        connection_.run(one_in(2) ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                                  : "BEGIN ISOLATION LEVEL READ COMMITTED");
        change(row);
        if (one_in(3)) {
            connection_.run("SAVEPOINT second_thoughts");
            change(row);
            connection_.run(one_in(2) ? "ROLLBACK TO second_thoughts" : "RELEASE second_thoughts");
        }
        if (one_in(4)) change(row);
        connection_.run(one_in(5) ? "ROLLBACK" : "COMMIT");
    }

    void transact_many(unsigned seed) {
        std::mt19937 random(seed);
        for (int i = 0; i < transactions_per_writer; ++i) {
            try {
                transact(random);
            } catch (const std::runtime_error&) {
                // A serialization failure, which services meet too.
                connection_.run("ROLLBACK");
            }
        }
    }

    AdminPostgres& connection() { return connection_; }

private:
    AdminPostgres connection_;
};

/// Seals and reads, as a streamer does, until nothing is left after all was committed.
std::vector<Record> stream(const Settings& settings, const std::atomic<bool>& all_committed) {
    const auto outbox = postgres_outbox(settings);
    Batch batch{.number = 0, .sealed_ms = 0, .first = Offset{1}, .last = Offset{0}};
    std::vector<Record> streamed;
    for (;;) {
        const bool is_last_look = all_committed;
        const auto next = outbox->next(batch);
        if (!next && is_last_look) return streamed;
        if (!next) continue;
        const auto records = read_batch(*outbox, *next);
        streamed.insert(streamed.end(), records.begin(), records.end());
        batch = *next;
        batch.last = records.back().id.offset;
    }
}

}  // namespace

TEST(ConcurrentSealing, StreamsEveryCommittedChangeOnceAndInTheOrderOfItsRow) {
    const Settings settings = fresh_settings();
    AdminPostgres admin(settings.database_url);
    admin.run(
        "CREATE TABLE rows (id int PRIMARY KEY, version int NOT NULL);"
        "INSERT INTO rows SELECT id, 0 FROM generate_series(0, " +
        std::to_string(rows) + ") AS id");
    std::atomic<bool> all_committed = false;
    auto one = std::async(std::launch::async, [&] { return stream(settings, all_committed); });
    auto other = std::async(std::launch::async, [&] { return stream(settings, all_committed); });

    // One transaction, with a row of its own, is open from beginning to end.
    VersionedRows open_throughout(settings.database_url);
    open_throughout.connection().run("BEGIN");
    for (int i = 0; i < 3; ++i) open_throughout.change(rows);
    std::vector<std::thread> services;
    for (unsigned seed = 1; seed <= writers; ++seed) {
        services.emplace_back(
            [&settings, seed] { VersionedRows(settings.database_url).transact_many(seed); });
    }
    for (auto& service : services) service.join();
    open_throughout.connection().run("COMMIT");
    all_committed = true;

    const auto streamed = one.get();
    EXPECT_EQ(other.get(), streamed) << "two streamers of one outbox";
    std::map<std::string, int> versions;
    for (std::size_t i = 0; i < streamed.size(); ++i) {
        EXPECT_EQ(streamed[i].id.offset, Offset{i + 1});
        EXPECT_EQ(streamed[i].data, std::to_string(++versions[streamed[i].object])) << streamed[i].object;
    }
    for (int row = 0; row <= rows; ++row) {
        EXPECT_EQ(std::to_string(versions["row " + std::to_string(row)]),
                  admin.value("SELECT version FROM rows WHERE id = " + std::to_string(row)));
    }
    EXPECT_GT(postgres_outbox(settings)->newest().number, 10) << "too few batches to prove anything";
}

}  // namespace contrail::test
