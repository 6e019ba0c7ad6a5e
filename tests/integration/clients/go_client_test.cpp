// The listing of docs/consumers.md in Go, beside a consumer in C++: killed, cut off, and with Redis emptied under them.
#include "integration/clients/client_world.hpp"

namespace contrail::test {

class GoClient : public ClientWorld {
protected:
    GoClient()
        : ClientWorld({{"go",
                        {.command = {CONTRAIL_GO_CLIENT},
                         .directory = CONTRAIL_SOURCE "/clients",
                         .reads_urls_of_sockets = false}}}) {}
};

TEST_F(GoClient, AgreesWithTheConsumerInCppWhateverBefallsThem) {
    for (int round = 0; round < 6; ++round) {
        const std::uint64_t before = staged;
        stage_rides();
        wait_until_all_have_consumed(before + 20);
        kill_all();
        if (round == 2) AdminRedis(world.settings.log_url).run({"FLUSHALL"});
        if (round == 4) cut_connections();
    }
    wait_until_all_have_consumed(staged);
    expect_equal_totals();
}

TEST_F(GoClient, AppliesEveryRecordOnceWithTwoInstances) {
    start("go", " stand-by");
    stage_rides();
    wait_until_all_have_consumed(20);
    running.erase("go");
    stage_rides();
    wait_until_all_have_consumed(staged);
    expect_equal_totals();
}

}  // namespace contrail::test
