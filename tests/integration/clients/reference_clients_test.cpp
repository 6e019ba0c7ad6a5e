// The consumers of clients/ beside one in C++, on the same log: killed, cut off, with Redis emptied under them,
// and with records that cannot be applied. At equal offsets all have the same total, bit for bit.
#include <random>

#include "integration/clients/client_world.hpp"

namespace contrail::test {

class ReferenceClients : public ClientWorld {
protected:
    ReferenceClients()
        : ClientWorld(
              {{"python", {{"/usr/bin/python3", "-B", CONTRAIL_SOURCE "/clients/python/consumer.py"}}},
               {"node", {{"node", CONTRAIL_SOURCE "/clients/node/consumer.mjs"}}},
               {"ruby", {{"ruby", CONTRAIL_SOURCE "/clients/ruby/consumer.rb"}}}}) {}
};

TEST_F(ReferenceClients, AgreeWithTheConsumerInCppWhateverBefallsThem) {
    constexpr std::uint32_t seed = 7;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 12; ++round) {
        const std::uint64_t before = staged;
        stage_rides();
        stage_poison();
        wait_until_all_have_consumed(before + std::uniform_int_distribution<std::uint64_t>(1, 100)(random));
        kill_all();
        if (round % 4 == 1) AdminRedis(world.settings.log_url).run({"FLUSHALL"});
        if (round % 4 == 3) cut_connections();
    }
    wait_until_all_have_consumed(staged);

    expect_equal_totals();
    EXPECT_EQ(
        database.value(
            "SELECT string_agg(consumer || ' ' || parked, ', ' ORDER BY consumer) FROM ("
            "SELECT consumer, count(*) AS parked FROM contrail.dead_letters GROUP BY consumer) AS each"),
        "cpp 12, node 12, python 12, ruby 12");
}

TEST_F(ReferenceClients, ApplyEveryRecordOnceWithTwoInstancesOfEach) {
    for (const auto& [name, client] : clients) start(name, " stand-by");
    for (int round = 0; round < 6; ++round) {
        const std::uint64_t before = staged;
        stage_rides();
        stage_poison();
        wait_until_all_have_consumed(before + 20);
        if (round == 3)
            for (const auto& [name, client] : clients) running.erase(name);
    }
    wait_until_all_have_consumed(staged);
    expect_equal_totals();
}

TEST_F(ReferenceClients, TryMarkedRecordsOnceMore) {
    stage_rides();
    stage_poison();
    wait_until_all_have_consumed(staged);
    const double before =
        std::stod(database.value("SELECT total_distance FROM consumer_states WHERE name = 'cpp'"));
    // What was wrong is put right in the dead letter of each but the one in C++, which has its own tests.
    database.run(
        "UPDATE contrail.dead_letters SET marked_at = now(), data = '{\"distance\": 4}' WHERE consumer IN "
        "('python', 'node'); UPDATE contrail.dead_letters SET marked_at = now() WHERE consumer = 'ruby'");
    world.wait_until("none is marked", [&] {
        return database.value("SELECT count(*) FROM contrail.dead_letters WHERE marked_at IS NOT NULL") ==
               "0";
    });
    EXPECT_EQ(database.value("SELECT string_agg(consumer || ' ' || attempts, ', ' ORDER BY consumer) "
                             "FROM contrail.dead_letters"),
              "cpp 2, ruby 4");
    for (const std::string name : {"python", "node"})
        EXPECT_EQ(std::stod(database.value("SELECT total_distance FROM consumer_states WHERE name = '" +
                                           name + "'")),
                  before + 4)
            << name;
}

}  // namespace contrail::test
