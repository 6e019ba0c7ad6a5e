#include "integration/postgres/versioned_rows.hpp"

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>
#include <thread>

namespace contrail::test {

namespace {

constexpr unsigned services = 6;
constexpr int transactions_per_service = 150;

}  // namespace

void VersionedRows::make(AdminPostgres& admin) {
    admin.run(
        "CREATE TABLE rows (id int PRIMARY KEY, version int NOT NULL);"
        "INSERT INTO rows SELECT id, 0 FROM generate_series(0, " +
        std::to_string(rows) + ") AS id");
}

void VersionedRows::transact_at_once(const std::string& url) {
    std::vector<std::thread> threads;
    for (unsigned seed = 1; seed <= services; ++seed)
        threads.emplace_back([&url, seed] { VersionedRows(url).transact_many(seed); });
    for (auto& thread : threads) thread.join();
}

void VersionedRows::expect_all(const std::vector<Record>& streamed, AdminPostgres& admin) {
    std::map<std::string, int> versions;
    for (const Record& record : streamed)
        EXPECT_EQ(record.data, std::to_string(++versions[record.object])) << record.object;
    for (int row = 0; row <= rows; ++row) {
        EXPECT_EQ(std::to_string(versions["row " + std::to_string(row)]),
                  admin.value("SELECT version FROM rows WHERE id = " + std::to_string(row)));
    }
}

VersionedRows::VersionedRows(const std::string& url) : connection_(url) {
    connection_.run("SET client_min_messages = error");  // To roll back what has failed already is fine.
}

void VersionedRows::change(int row) {
    const auto version = connection_.value(
        "UPDATE rows SET version = version + 1 WHERE id = " + std::to_string(row) + " RETURNING version");
    connection_.run("SELECT contrail.stage('update', 'row " + std::to_string(row) + "', '" + version + "')");
}

/// One transaction of any kind that services make.
void VersionedRows::transact(std::mt19937& random) {
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

void VersionedRows::transact_many(unsigned seed) {
    std::mt19937 random(seed);
    for (int i = 0; i < transactions_per_service; ++i) {
        try {
            transact(random);
        } catch (const std::runtime_error&) {
            // A serialization failure, which services meet too.
            connection_.run("ROLLBACK");
        }
    }
}

}  // namespace contrail::test
