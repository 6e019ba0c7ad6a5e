// The slots of a consumer's instances among the notes beside a topic.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/endpoint.hpp"
#include "kafka/kafka_status_board.hpp"
#include "kafka/notes_topic.hpp"
#include "support/private_kafka.hpp"

namespace contrail::test {

using kafka::KafkaStatusBoard;
using ::testing::ElementsAre;
using ::testing::Key;

class KafkaStatus : public ::testing::Test {
protected:
    static kafka::Endpoint fresh_topic() {
        static int number = 0;
        return {.brokers = shared_kafka().address(),
                .topic = "status" + std::to_string(++number),
                .settings = {}};
    }

    static status::ProgramStatus of(const std::string& instance, ProgramState state = ProgramState::idle) {
        return {.state = state, .instance = instance};
    }

    [[nodiscard]] std::string instance_in(const std::string& slot) {
        return one.read().statuses.at("consumer:mailer:" + slot).instance;
    }

    const std::string field = "consumer:mailer";
    const kafka::Endpoint endpoint = fresh_topic();
    KafkaStatusBoard one{endpoint};
    KafkaStatusBoard two{endpoint};
    KafkaStatusBoard three{endpoint};
};

TEST_F(KafkaStatus, OfEachInstanceHasASlotOfItsOwn) {
    one.post(field, {.state = ProgramState::stopped});
    one.post_instance(field, of("one"));
    two.post_instance(field, of("two"));
    one.post_instance(field, of("one", ProgramState::consuming));

    EXPECT_THAT(one.read().statuses, ElementsAre(Key("consumer:mailer:0"), Key("consumer:mailer:1")));
    EXPECT_EQ(instance_in("0"), "one");
    EXPECT_EQ(instance_in("1"), "two");
    EXPECT_EQ(one.read().statuses.at("consumer:mailer:0").state, ProgramState::consuming);
}

TEST_F(KafkaStatus, OfAnInstanceThatHasEndedMakesRoomForAnother) {
    one.post_instance(field, of("one", ProgramState::stopped));
    two.post_instance(field, of("two"));

    EXPECT_THAT(one.read().statuses, ElementsAre(Key("consumer:mailer:0")));
    EXPECT_EQ(instance_in("0"), "two");
}

TEST_F(KafkaStatus, OfAnInstanceThatIsSilentMakesRoomForAnother) {
    kafka::NotesTopic(endpoint).put(
        "status/consumer:mailer:0",
        R"({"state":"idle","at_ms":17,"instance":"silent","segments":2,"works_on":[]})");
    one.post_instance(field, of("one"));

    EXPECT_THAT(one.read().statuses, ElementsAre(Key("consumer:mailer:0")));
    EXPECT_EQ(instance_in("0"), "one");
}

TEST_F(KafkaStatus, OfAnInstanceThatStartsAgainKeepsItsSlot) {
    one.post_instance(field, of("one"));
    two.post_instance(field, of("two"));
    three.post_instance(field, of("two", ProgramState::consuming));

    EXPECT_THAT(one.read().statuses, ElementsAre(Key("consumer:mailer:0"), Key("consumer:mailer:1")));
    EXPECT_EQ(one.read().statuses.at("consumer:mailer:1").state, ProgramState::consuming);
}

}  // namespace contrail::test
