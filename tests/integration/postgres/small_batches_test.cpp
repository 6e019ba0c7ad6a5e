// What records cost in batches of one, counted: statements and commands, and no time.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>

#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "contrail/retention.hpp"
#include "postgres/migrations.hpp"
#include "servers/private_postgres.hpp"
#include "servers/temporary_directory.hpp"
#include "support/pipeline.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail::test {

namespace {

constexpr std::uint64_t records = 20'000;

/// Of a refill: what the streamer reads at once, with BEGIN, the list of the batches, and COPY with COMMIT.
constexpr std::uint64_t batches_in_run = 1'000;
constexpr std::uint64_t records_in_run = 10'000;
constexpr std::uint64_t statements_of_run = 3;

std::uint64_t quotient_up(std::uint64_t dividend, std::uint64_t divisor) {
    return (dividend + divisor - 1) / divisor;
}

struct Cost {
    std::uint64_t statements = 0;
    std::uint64_t commands = 0;  ///< Of Redis, XADD excepted.

    bool operator==(const Cost&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Cost& cost) {
    return out << cost.statements << " statements and " << cost.commands << " commands";
}

struct Costs {
    Cost refill;
    Cost catch_up;
    Cost release;
};

}  // namespace

class SmallBatches : public ::testing::Test {
protected:
    /// What it costs to fill a lost log again, to read all of it, and to release all of it.
    Costs costs_of(std::uint64_t batches) {
        Settings settings = fresh_settings();
        const std::string name = "in_" + std::to_string(batches);
        server.create_database(name);
        settings.database_url = server.url(name);
        postgres::migrate(settings);
        Pipeline pipeline(settings);
        pipeline.stage({"0"});
        pipeline.stream();
        seal(pipeline.database, batches);
        pipeline.redis.run({"DEL", settings.stream_name});

        Costs costs;
        costs.refill = cost_of(pipeline, [&] { stream(settings); });
        EXPECT_EQ(pipeline.redis.run({"XLEN", settings.stream_name}), std::to_string(records + 1));
        costs.catch_up = cost_of(pipeline, [&] { consume(settings); });
        costs.release = cost_of(pipeline, [&] { release(settings); });
        EXPECT_LE(std::stoul(pipeline.redis.run({"XLEN", settings.stream_name})), 100)
            << "Redis drops whole nodes";
        EXPECT_EQ(pipeline.database.value("SELECT count(*) FROM contrail.batches"), "1");
        EXPECT_EQ(pipeline.database.value("SELECT count(*) FROM contrail.staged_log_records"), "0");
        return costs;
    }

private:
    /// Stages so many transactions, and seals each, by the server alone.
    static void seal(AdminPostgres& database, std::uint64_t batches) {
        const std::string each = std::to_string(records / batches);
        database.run("DO $$ BEGIN FOR i IN 1.." + std::to_string(batches) +
                     " LOOP INSERT INTO contrail.staged_log_records (action, object, data) "
                     "SELECT 'create', 'ride', '1' FROM generate_series(1, " +
                     each +
                     "); COMMIT; "
                     "INSERT INTO contrail.batches (no, snapshot, sealed_ms, first_offset, last_offset) "
                     "SELECT no + 1, pg_current_snapshot(), sealed_ms, last_offset + 1, last_offset + " +
                     each + " FROM contrail.batches ORDER BY no DESC LIMIT 1; COMMIT; END LOOP; END $$");
    }

    /// No clock moves in these, so nothing is done because it is time to.
    void stream(const Settings& settings) {
        const auto outbox = postgres_outbox(settings);
        const auto log = redis_log(settings);
        Streamer streamer(*outbox, *log, clock, {});
        while (streamer.run_once() > 0) {
        }
    }

    void consume(const Settings& settings) {
        const auto checkpoints = postgres_checkpoints(settings);
        const auto log = redis_log(settings);
        Consumer consumer(
            ConsumerName("consumer"), *log, *checkpoints, [](Transaction&, std::span<const Record>) {},
            {.read_wait_max = std::chrono::milliseconds(0)}, clock);
        while (consumer.run_once() > 0) {
        }
        clock.advance(std::chrono::minutes(1));
        consumer.run_once();  // reports where it is
    }

    void release(const Settings& settings) {
        const auto outbox = postgres_outbox(settings, {.bytes_max = 1});
        const auto log = redis_log(settings);
        Retention(*outbox, *log, clock, {}).run_once();
    }

    template <class Work>
    Cost cost_of(Pipeline& pipeline, Work work) {
        pipeline.redis.run({"CONFIG", "RESETSTAT"});
        const std::uint64_t before = statements();
        work();
        return {statements() - before, commands(pipeline.redis)};
    }

    /// What the server's log has of Contrail's own sessions.
    std::uint64_t statements() {
        std::ifstream log(folder.path() / "postgres" / "log");
        std::uint64_t count = 0;
        for (std::string line; std::getline(log, line);)
            count += line.starts_with("contrail ") && (line.find("LOG:  statement: ") != std::string::npos ||
                                                       line.find("LOG:  execute ") != std::string::npos);
        return count;
    }

    static std::uint64_t commands(AdminRedis& redis) {
        std::istringstream words(redis.run({"INFO", "commandstats"}));
        std::uint64_t sum = 0;
        for (std::string word; words >> word;)
            if (word.starts_with("cmdstat_") && !word.starts_with("cmdstat_xadd"))
                sum += std::stoull(word.substr(word.find("calls=") + 6));
        return sum;
    }

    const servers::TemporaryDirectory folder;
    const servers::PrivatePostgres server{
        {.data_dir = folder.path() / "postgres",
         .durable = false,
         .settings = {{"autovacuum", "off"}, {"log_statement", "all"}, {"log_line_prefix", "%a "}}}};
    testing::VirtualClock clock;
};

TEST_F(SmallBatches, CostNoMoreThanOneLargeOne) {
    const Costs large = costs_of(1);
    for (const std::uint64_t batches : {20'000U, 2'500U}) {
        SCOPED_TRACE(std::to_string(batches) + " batches");
        const Costs small = costs_of(batches);
        const std::uint64_t runs =
            std::max(quotient_up(batches, batches_in_run), quotient_up(records, records_in_run));
        EXPECT_LE(small.refill.statements, large.refill.statements + (runs - 1) * statements_of_run);
        EXPECT_EQ(small.refill.commands, large.refill.commands) << "each run fills its appends";
        EXPECT_EQ(small.catch_up, large.catch_up);
        EXPECT_EQ(small.release, large.release);
    }
}

}  // namespace contrail::test
