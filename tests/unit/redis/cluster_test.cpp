#include "redis/cluster.hpp"

#include <gtest/gtest.h>

#include "contrail/error.hpp"
#include "redis/keys.hpp"

namespace contrail::redis {

TEST(RedisRedirection, NamesTheNodeThatServesTheSlot) {
    using Host = LogUrl::Host;
    const Host asked{"10.0.0.1", 7000};
    EXPECT_EQ(moved_to("MOVED 3999 10.0.0.2:6381", asked), (Host{"10.0.0.2", 6381}));
    EXPECT_EQ(moved_to("MOVED 3999 db.example.com:6381", asked), (Host{"db.example.com", 6381}));
    EXPECT_EQ(moved_to("MOVED 3999 ::1:6381", asked), (Host{"::1", 6381}));
    EXPECT_EQ(moved_to("MOVED 3999 :6381", asked), (Host{"10.0.0.1", 6381}));
    EXPECT_EQ(moved_to("MOVED 3999 ?:6381", asked), (Host{"10.0.0.1", 6381}));
    for (const char* other : {"ASK 3999 10.0.0.2:6381", "MOVED", "MOVED 3999", "MOVED 3999 10.0.0.2",
                              "MOVED 3999 10.0.0.2:", "MOVED 3999 10.0.0.2:0", "MOVED 3999 10.0.0.2:65536"})
        EXPECT_EQ(moved_to(other, asked), std::nullopt) << other;
}

TEST(RedisKeys, AreInTheStreamsSlotOfACluster) {
    EXPECT_EQ(Keys(StreamName("rides")).positions, "rides:positions");
    EXPECT_EQ(Keys(StreamName("rides"), true).stream, "rides");
    EXPECT_EQ(Keys(StreamName("rides"), true).positions, "{rides}:positions");
    EXPECT_EQ(Keys(StreamName("eu:{rides}"), true).positions, "eu:{rides}:positions");
    EXPECT_EQ(Keys(StreamName("{rides}:rebuild"), true).identity, "{rides}:rebuild:identity");
}

TEST(RedisKeys, RefuseBracesThatAreNoHashTag) {
    for (const char* name : {"a{}b", "a}b", "a{b", "}{"}) {
        EXPECT_NO_THROW(Keys(StreamName(name), false));
        EXPECT_THROW(Keys(StreamName(name), true), Error) << name;
    }
}

}  // namespace contrail::redis
