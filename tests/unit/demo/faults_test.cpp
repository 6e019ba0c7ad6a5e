#include <gtest/gtest.h>

#include <map>
#include <string>

#include "demo/faults/fault.hpp"
#include "demo/page/fault_buttons.hpp"

namespace demo {
namespace {

std::map<std::string, int> names() {
    std::map<std::string, int> names;
    for (const Fault& fault : all_faults()) ++names[fault.name];
    return names;
}

TEST(Faults, HaveUniqueNames) {
    for (const auto& [name, times] : names()) EXPECT_EQ(times, 1) << name;
    EXPECT_GE(names().size(), 25U);
}

TEST(Faults, KeepTheNamesThatScriptsPassToOnly) {
    for (const std::string name : {"kill-streamer",          "kill-consumer",       "kill-api",
                                   "freeze-streamer",        "freeze-consumer",     "freeze-api",
                                   "more-streamers",         "more-consumers",      "split-segments",
                                   "merge-segments",         "cut-connections",     "refuse-connections",
                                   "slow-connections",       "silent-connections",  "half-open-connections",
                                   "kill-postgres",          "stop-postgres",       "crash-postgres",
                                   "end-postgres-sessions",  "freeze-postgres",     "kill-redis",
                                   "freeze-redis",           "empty-redis",         "truncate-redis",
                                   "forget-redis",           "redis-out-of-memory", "redis-read-only",
                                   "redis-without-replicas", "full-disk-postgres",  "full-disk-redis"})
        EXPECT_TRUE(names().contains(name)) << name;
}

TEST(Faults, ClashIfTheyHitTheSameServerOrNeedIt) {
    const struct {
        Target one, other;
        bool clash;
    } cases[] = {
        {Target::programs, Target::programs, false},        {Target::programs, Target::postgres, false},
        {Target::network, Target::network, true},           {Target::network, Target::log, false},
        {Target::postgres, Target::postgres, true},         {Target::postgres, Target::log, false},
        {Target::both_servers, Target::postgres, true},     {Target::both_servers, Target::log, true},
        {Target::both_servers, Target::network, false},     {Target::both_servers, Target::programs, false},
        {Target::both_servers, Target::both_servers, true},
    };
    for (const auto& each : cases) {
        EXPECT_EQ(clash(each.one, each.other), each.clash);
        EXPECT_EQ(clash(each.other, each.one), each.clash);
    }
}

TEST(FaultButtons, AreAllForFaultsThatExist) {
    for (const FaultButton& button : fault_buttons)
        EXPECT_TRUE(names().contains(std::string(button.fault))) << button.fault;
}

}  // namespace
}  // namespace demo
