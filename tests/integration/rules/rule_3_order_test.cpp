// Rule 3: offsets are dense and only rise. If B was staged after A's transaction had committed, or in A's
// transaction after A, then B's offset is the greater.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::ElementsAre;

namespace {

constexpr int writers = 6;
constexpr int transactions_each = 60;
constexpr int rows = 4;

/// One writer: changes of a few rows that all writers share, each change staged with the number that the
/// row then bears. Mixes isolation levels, savepoints and rollbacks.
class RowWriter {
public:
    RowWriter(const std::string& url, std::uint32_t seed) : connection_(url), random_(seed) {}

    void work() {
        for (int i = 0; i < transactions_each; ++i) {
            try {
                transaction();
            } catch (const std::runtime_error&) {
                // A serialization failure or a deadlock: rolled back, as a service would.
                connection_.run("ROLLBACK");
            }
        }
    }

private:
    bool happens(int one_in) { return std::uniform_int_distribution(1, one_in)(random_) == 1; }

    void transaction() {
        connection_.run(happens(3) ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                                   : "BEGIN ISOLATION LEVEL READ COMMITTED");
        change_a_row();
        if (happens(3)) {
            connection_.run("SAVEPOINT before");
            change_a_row();
            if (happens(2)) connection_.run("ROLLBACK TO before");
        }
        connection_.run(happens(5) ? "ROLLBACK" : "COMMIT");
    }

    void change_a_row() {
        const auto row = std::to_string(std::uniform_int_distribution(1, rows)(random_));
        connection_.run("WITH changed AS (UPDATE rows SET n = n + 1 WHERE id = " + row +
                        " RETURNING id, n) SELECT contrail.stage('update', 'row', "
                        "jsonb_build_object('row', id, 'n', n)) FROM changed");
    }

    AdminPostgres connection_;
    std::mt19937 random_;
};

}  // namespace

TEST(Order, IsKeptInsideATransaction) {
    Pipeline pipeline;
    pipeline.stage({"1", "2", "3", "4", "5"});
    pipeline.stream();
    EXPECT_THAT(pipeline.logged_data(), ElementsAre("1", "2", "3", "4", "5"));
}

TEST(Order, IsKeptBetweenATransactionAndWhatIsStagedAfterItsCommit) {
    Pipeline pipeline;
    AdminPostgres later(pipeline.settings.database_url);
    // The later record's transaction began first, so that its transaction id is the lower one.
    later.run("BEGIN; SELECT pg_current_xact_id()");
    pipeline.stage({"1"});
    later.run("SELECT contrail.stage('create', 'ride', '2'); COMMIT");
    pipeline.stream();
    EXPECT_THAT(pipeline.logged_data(), ElementsAre("1", "2"));
}

TEST(Order, OfEveryRowsChangesIsKeptUnderConcurrentWritersWhileATransactionStaysOpen) {
    constexpr std::uint32_t seed = 20'171'101;
    SCOPED_TRACE("seed " + std::to_string(seed));
    Pipeline pipeline;
    pipeline.database.run(
        "CREATE TABLE rows (id int PRIMARY KEY, n int NOT NULL);"
        "INSERT INTO rows SELECT i, 0 FROM generate_series(1, " +
        std::to_string(rows) + ") i");
    AdminPostgres open(pipeline.settings.database_url);
    open.run("BEGIN; SELECT contrail.stage('create', 'open', '0')");

    std::atomic<int> working = writers;
    std::vector<std::thread> threads;
    for (std::uint32_t writer = 0; writer < writers; ++writer) {
        threads.emplace_back([&, writer] {
            RowWriter(pipeline.settings.database_url, seed + writer).work();
            --working;
        });
    }
    while (working > 0) pipeline.stream();
    for (auto& thread : threads) thread.join();
    open.run("COMMIT");
    pipeline.stream();

    // Every committed change is there exactly once, and each row's changes are in their order: a row's
    // number counts its committed changes.
    std::map<int, int> last;
    std::uint64_t offset = 0;
    for (const auto& record : pipeline.logged()) {
        EXPECT_EQ(record.id.offset.value, ++offset);
        if (record.object != "row") continue;
        const auto change = nlohmann::json::parse(record.data);
        EXPECT_EQ(change["n"].get<int>(), ++last[change["row"].get<int>()]) << record.data;
    }
    for (int row = 1; row <= rows; ++row) {
        EXPECT_EQ(std::to_string(last[row]),
                  pipeline.database.value("SELECT n FROM rows WHERE id = " + std::to_string(row)));
    }
}

}  // namespace contrail::test
