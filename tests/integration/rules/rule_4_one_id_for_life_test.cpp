// Rule 4: sent again after any failure, a record bears the same id and content. A second send is refused by
// the log itself.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::IsEmpty;

TEST(OneIdForLife, WhenTheLogLostEverything) {
    Pipeline pipeline;
    pipeline.stage({"1", "2"});
    pipeline.stream();
    pipeline.stage({"3"});
    pipeline.stream();
    const auto before = pipeline.logged();
    pipeline.consume();

    pipeline.redis.run({"FLUSHALL"});
    pipeline.stream();

    EXPECT_EQ(pipeline.logged(), before);
    EXPECT_THAT(pipeline.consume(), IsEmpty());
}

TEST(OneIdForLife, WithItsKeyAndItsHeaders) {
    Pipeline pipeline;
    pipeline.database.run(
        "SELECT contrail.stage('create', 'ride', to_jsonb(i), CASE WHEN i % 2 = 0 THEN i::text END, "
        "CASE WHEN i % 3 = 0 THEN jsonb_build_object('i', i) END) FROM generate_series(1, 2000) AS i");
    pipeline.stream();
    pipeline.database.run("SELECT contrail.stage('create', 'ride', '1', '', '{}')");
    pipeline.stream();
    const auto before = pipeline.logged();
    ASSERT_EQ(before.size(), 2'001U);
    EXPECT_EQ(before[5].key, "6");
    EXPECT_EQ(before[5].headers, R"({"i": 6})");
    EXPECT_EQ(before[6].key, std::nullopt);
    EXPECT_EQ(before.back().headers, "{}");

    pipeline.redis.run({"FLUSHALL"});
    pipeline.stream();

    EXPECT_EQ(pipeline.logged(), before);
}

TEST(OneIdForLife, WhenItFillsUpAgainFromManyBatches) {
    Pipeline pipeline;
    AdminPostgres late(pipeline.settings.database_url);
    for (int batch = 0; batch < 30; ++batch) {
        if (batch % 5 == 0) late.run("BEGIN; SELECT contrail.stage('create', 'ride', '\"late\"')");
        pipeline.stage({"1", "2"});
        if (batch % 5 == 4) late.run("COMMIT");
        pipeline.stream();
    }
    const auto before = pipeline.logged();
    ASSERT_EQ(before.size(), 66U);

    pipeline.redis.run({"FLUSHALL"});
    pipeline.stream();

    EXPECT_EQ(pipeline.logged(), before);
}

TEST(OneIdForLife, WhenTheLogLostItsTail) {
    Pipeline pipeline;
    pipeline.stage({"1", "2", "3", "4"});
    pipeline.stream();
    const auto before = pipeline.logged();

    // As a replica that was promoted without the last two: it has never seen them.
    pipeline.redis.run({"DEL", pipeline.settings.stream_name});
    const auto log = redis_log(pipeline.settings);
    log->act_for(postgres_outbox(pipeline.settings)->identity());
    log->append_begin(RecordId{}, std::span(before).first(2));
    log->append_end();
    pipeline.stream();

    EXPECT_EQ(pipeline.logged(), before);
}

TEST(OneIdForLife, WhateverIsStagedMeanwhile) {
    Pipeline pipeline;
    pipeline.stage({"1"});
    pipeline.stream();
    const auto before = pipeline.logged();
    pipeline.redis.run({"FLUSHALL"});
    pipeline.stage({"2"});
    pipeline.stream();
    const auto after = pipeline.logged();
    ASSERT_EQ(after.size(), 2U);
    EXPECT_EQ(after[0], before[0]);
}

TEST(OneIdForLife, SoThatTheLogRefusesASecondSend) {
    Pipeline pipeline;
    pipeline.stage({"1", "2"});
    pipeline.stream();
    const auto before = pipeline.logged();

    const auto log = redis_log(pipeline.settings);
    log->act_for(postgres_outbox(pipeline.settings)->identity());
    log->append_begin(RecordId{}, before);
    EXPECT_EQ(log->append_end(), before.back().id);

    EXPECT_EQ(pipeline.logged(), before);
}

TEST(OneIdForLife, EvenIfTwoStreamersReadTheSameBatchAtOnce) {
    Pipeline pipeline;
    pipeline.stage({"1", "2"});
    std::vector<Record> read_by[2];
    for (auto& records : read_by) {
        const auto outbox = postgres_outbox(pipeline.settings);
        const auto batch = outbox->next(Batch{});
        ASSERT_TRUE(batch.has_value());
        outbox->read(*batch, batch->first)->read(records, {});
    }
    EXPECT_EQ(read_by[0], read_by[1]);
}

}  // namespace contrail::test
