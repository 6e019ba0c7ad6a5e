// What an operator sees of a record's key and headers, and the view in the place of Debezium's outbox table.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/cli/run_program.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using servers::ExitStatus;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class KeysAndHeaders : public ::testing::Test {
protected:
    std::string output_of(const std::string& command) {
        const Ended ended = run_program(command, pipeline.settings);
        EXPECT_EQ(ended.status, ExitStatus::exited(0)) << command << ": " << ended.errors;
        return ended.output;
    }

    Pipeline pipeline;
};

TEST_F(KeysAndHeaders, AreShownByTail) {
    pipeline.database.run(
        R"(SELECT contrail.stage('create', 'ride', '{}', '521', '{"traceparent": "00-01"}'))");
    pipeline.stream();
    EXPECT_THAT(output_of("contrail tail"),
                HasSubstr(R"(create ride key=521  {}  headers={"traceparent": "00-01"})"));
    const std::string json = output_of("contrail tail --json");
    EXPECT_THAT(json, HasSubstr(R"("key":"521","headers":{"traceparent": "00-01"},"data":{}})"));
    EXPECT_EQ(output_of("contrail tail --format json"), json);
    EXPECT_THAT(output_of("contrail tail --format cloudevents"),
                AllOf(StartsWith(R"({"specversion":"1.0")"),
                      HasSubstr(R"("subject":"521","partitionkey":"521","traceparent":"00-01","data":{}})")));
}

TEST_F(KeysAndHeaders, AreShownOfAParkedRecord) {
    pipeline.database.run(
        "INSERT INTO contrail.dead_letters (consumer, stream, record_id, action, object, data, key, headers, error, "
        "attempts, first_refused_at) VALUES ('mailer', '" +
        pipeline.settings.stream_name +
        R"(', '7-1', 'create', 'ride', '{}', '521', '{"a": 1}', 'no', 1, now()),)" + "('mailer', '" +
        pipeline.settings.stream_name + "', '7-2', 'create', 'ride', '{}', NULL, NULL, 'no', 1, now())");
    EXPECT_THAT(output_of("contrail dead-letters show mailer 7-1"),
                AllOf(HasSubstr("key            521\n"), HasSubstr("headers        {\"a\": 1}\n")));
    EXPECT_THAT(output_of("contrail dead-letters show mailer 7-1 --json"),
                HasSubstr(R"("object":"ride","key":"521","headers":"{\"a\": 1}","data":"{}")"));
    EXPECT_THAT(output_of("contrail dead-letters show mailer 7-2 --json"),
                HasSubstr(R"("object":"ride","data":"{}")"));
}

TEST_F(KeysAndHeaders, ComeFromAServiceThatFillsDebeziumsOutbox) {
    EXPECT_THAT(output_of("contrail migrate --debezium-outbox outboxevent"),
                HasSubstr("view outboxevent stages what is inserted into it\n"));
    pipeline.database.run(
        "INSERT INTO outboxevent (id, aggregatetype, aggregateid, type, payload) VALUES "
        "('406c07f3-26f0-4eea-a50c-109940064b8f', 'Order', '1', 'OrderCreated', '{}')");
    pipeline.stream();
    EXPECT_THAT(
        output_of("contrail tail"),
        HasSubstr(
            "OrderCreated Order key=1  {}  headers={\"id\": \"406c07f3-26f0-4eea-a50c-109940064b8f\"}"));

    pipeline.database.run("CREATE TABLE orders (id uuid)");
    const Ended refused = run_program("contrail migrate --debezium-outbox orders", pipeline.settings);
    EXPECT_EQ(refused.status, ExitStatus::exited(78));
    EXPECT_THAT(refused.errors, HasSubstr("a table or view \"public\".\"orders\" exists"));
}

}  // namespace contrail::test
