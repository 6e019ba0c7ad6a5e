// Rule 6: whatever leaves a gap in the log (a trim, a deleted entry, a foreign writer) stops the consumer
// with an error that names both ids; the streamer appends only to the head that it expects.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

/// The message of the Error that `act` throws and that only an operator can fix.
template <typename Act>
std::string complaint_of(Act act) {
    try {
        act();
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never) << error.what();
        return error.what();
    }
    ADD_FAILURE() << "nothing was noticed";
    return "";
}

}  // namespace

TEST(NoSilentGap, IsLeftByADeletedEntry) {
    Pipeline pipeline;
    pipeline.stage({"1", "2", "3"});
    pipeline.stream();
    const auto logged = pipeline.logged();
    pipeline.redis.run({"XDEL", pipeline.settings.stream_name, logged[1].id.to_string()});

    EXPECT_THAT(complaint_of([&] { pipeline.consume(); }),
                AllOf(HasSubstr(logged[0].id.to_string()), HasSubstr(logged[2].id.to_string())));
    EXPECT_EQ(pipeline.checkpoint(), "0-0") << "where it began";
}

TEST(NoSilentGap, IsLeftByATrim) {
    Pipeline pipeline;
    pipeline.stage({"1"});
    pipeline.stream();
    pipeline.consume();
    const auto checkpoint = pipeline.checkpoint();
    pipeline.stage({"2", "3", "4"});
    pipeline.stream();
    const auto last = pipeline.logged().back().id.to_string();
    pipeline.redis.trim(pipeline.settings.stream_name, last);

    EXPECT_THAT(complaint_of([&] { pipeline.consume(); }), AllOf(HasSubstr(checkpoint), HasSubstr(last)));
    EXPECT_EQ(pipeline.checkpoint(), checkpoint);
}

TEST(NoSilentGap, IsLeftForANewConsumerWhenTheBeginningIsGone) {
    Pipeline pipeline;
    pipeline.stage({"1", "2"});
    pipeline.stream();
    pipeline.redis.run({"XTRIM", pipeline.settings.stream_name, "MAXLEN", "1"});
    EXPECT_THAT(complaint_of([&] { pipeline.consume("newcomer"); }),
                HasSubstr("beginning of the log is gone"));
}

TEST(NoSilentGap, IsLeftByAForeignWriter) {
    Pipeline pipeline;
    pipeline.stage({"1"});
    pipeline.stream();
    const std::string foreign =
        pipeline.add_foreign_entry({"action", "create", "object", "ride", "data", "{}"});

    EXPECT_THAT(complaint_of([&] { pipeline.consume(); }), HasSubstr(foreign));
    pipeline.stage({"2"});
    EXPECT_THAT(complaint_of([&] { pipeline.stream(); }), HasSubstr(foreign));
    EXPECT_THAT(pipeline.logged_data(), ElementsAre("1", "{}"));
}

TEST(NoSilentGap, IsLeftByADatabaseThatLostCommits) {
    Pipeline pipeline;
    pipeline.stage({"1"});
    pipeline.stream();
    pipeline.stage({"2"});
    pipeline.stream();
    const auto head = pipeline.logged().back().id.to_string();
    // As after a failover to a replica that had not got the last batch.
    pipeline.database.run("DELETE FROM contrail.batches WHERE no = 2");
    pipeline.database.run("UPDATE contrail.batches SET last_offset = 1 WHERE no = 1");
    pipeline.database.run(
        "SET contrail.emptying = on; TRUNCATE contrail.staged_log_records_0, contrail.staged_log_records_1, "
        "contrail.staged_log_records_2");

    EXPECT_THAT(complaint_of([&] { pipeline.stream(); }), HasSubstr(head));
}

}  // namespace contrail::test
