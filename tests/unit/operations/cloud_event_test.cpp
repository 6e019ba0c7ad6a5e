#include "operations/cloud_event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace contrail::operations {

using Json = nlohmann::json;
using ::testing::HasSubstr;

namespace {

Record ride() {
    return {{1'764'060'000'250, Offset{42}}, "create", "ride", R"({"id": 521, "distance": 539.8})"};
}

std::string event_of(const Record& record) {
    std::string event;
    append_cloud_event(event, record, "/contrail/rides");
    return event;
}

Json parsed(const Record& record) {
    return Json::parse(event_of(record));
}

Json with_headers(const std::string& headers) {
    Record record = ride();
    record.headers = headers;
    return parsed(record);
}

/// The headers that became no attributes, as the text that they are.
Json others(const Json& event) {
    return Json::parse(event.at("headers").get<std::string>());
}

}  // namespace

TEST(CloudEvent, IsARecord) {
    EXPECT_EQ(
        event_of(ride()),
        R"({"specversion":"1.0","id":"1764060000250-42","source":"/contrail/rides","type":"ride.create",)"
        R"("time":"2025-11-25T08:40:00.250Z","datacontenttype":"application/json",)"
        R"("data":{"id": 521, "distance": 539.8}})");
}

TEST(CloudEvent, FollowsAnotherOne) {
    std::string events = "[";
    append_cloud_event(events, ride(), "/contrail/rides");
    events += ',';
    append_cloud_event(events, ride(), "/contrail/rides");
    EXPECT_EQ(Json::parse(events + ']').size(), 2U);
}

TEST(CloudEvent, HasTheKeyAsSubjectAndAsPartitionKey) {
    Record record = ride();
    record.key = "521";
    EXPECT_EQ(parsed(record)["subject"], "521");
    EXPECT_EQ(parsed(record)["partitionkey"], "521");

    record.key = "";  // CloudEvents wants a subject that is not empty
    EXPECT_FALSE(parsed(record).contains("subject"));
    EXPECT_FALSE(parsed(record).contains("partitionkey"));
}

TEST(CloudEvent, HasHeadersAsAttributes) {
    const Json event = with_headers(
        R"({"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "tracestate": "rojo=1,congo=2",)"
        R"( "dataschema": "https://schemas/ride", "retried": true, "version": 3, "note": "say \"hi\", }, {"})");
    EXPECT_EQ(event["traceparent"], "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    EXPECT_EQ(event["tracestate"], "rojo=1,congo=2");
    EXPECT_EQ(event["dataschema"], "https://schemas/ride");
    EXPECT_EQ(event["retried"], true);
    EXPECT_EQ(event["version"], 3);
    EXPECT_EQ(event["note"], "say \"hi\", }, {");
    EXPECT_FALSE(event.contains("headers"));
}

// What CloudEvents does not allow as an attribute keeps its name and its value.
TEST(CloudEvent, KeepsOtherHeadersInOneAttribute) {
    for (const std::string header :
         {R"("id": "7")", R"("type": "x")", R"("data": 1)", R"("headers": "h")", R"("partitionkey": "p")",
          R"("Trace-Id": "1a2b")", R"("schema_version": 1)", R"("größe": 1)", R"("": 1)", R"("a\"b": 1)",
          R"("nothing": null)", R"("ratio": 0.5)", R"("many": 2147483648)", R"("list": [1, {"a": "]"}])",
          R"("object": {"a": {}})", R"("lines": "a\nb")", R"("control": "\u0001")", "\"deleted\": \"\x7f\"",
          "\"next\": \"\xC2\x85\""}) {
        SCOPED_TRACE(header);
        const std::string headers = "{" + header + "}";
        const Json event = with_headers("{\"kept\": 1, " + header + "}");
        EXPECT_EQ(others(event), Json::parse(headers));
        EXPECT_EQ(event["kept"], 1);
        EXPECT_EQ(event["id"], "1764060000250-42");
        EXPECT_EQ(event["data"]["id"], 521);
        EXPECT_EQ(event.size(), 9U) << "specversion to data, kept, and headers";
    }
}

TEST(CloudEvent, KeepsNumbersThatNoParserHolds) {
    Record record = ride();
    record.data = "[1e400, 12345678901234567890123]";
    record.headers = R"({"huge": 1e400})";
    EXPECT_THAT(event_of(record),
                HasSubstr(R"("headers":"{\"huge\":1e400}","data":[1e400, 12345678901234567890123]})"));
}

TEST(CloudEvent, KeepsControlCharactersThatJsonAllows) {
    Record record = ride();
    record.data = "\"\x7F\u0085\"";
    EXPECT_THAT(event_of(record), HasSubstr(R"("data":)" + record.data));
}

TEST(CloudEvent, TakesOfARepeatedHeaderTheFirst) {
    const Json event = with_headers(R"({"a": 1, "a": 2})");
    EXPECT_EQ(event["a"], 1);
    EXPECT_EQ(event["headers"], R"({"a":2})");
}

TEST(CloudEvent, SaysNothingOfEmptyHeaders) {
    EXPECT_EQ(with_headers("{}"), parsed(ride()));
}

// The log may hold what another program wrote.
TEST(CloudEvent, IsJsonWhateverTheLogHolds) {
    const Json event = parsed({{1, Offset{2}}, "a\"\nb", "\xff", "no\njson", "\x1b[2J\xff", "no json"});
    EXPECT_EQ(event["type"], "\xEF\xBF\xBD.a\" b");
    EXPECT_EQ(event["subject"], " [2J\xEF\xBF\xBD");
    EXPECT_EQ(event["datacontenttype"], "text/plain");
    EXPECT_EQ(event["data"], "no\njson");
    EXPECT_EQ(event["headers"], "no json");
    EXPECT_EQ(with_headers("[1]")["headers"], "[1]");

    Record nested = ride();
    nested.data = std::string(100'000, '[') + std::string(100'000, ']');
    nested.headers = R"({"a": )" + nested.data + "}";
    EXPECT_THAT(event_of(nested), HasSubstr(R"("data":[[)"));
}

TEST(CloudEvent, HasTheLogAsItsSource) {
    EXPECT_EQ(cloud_event_source(StreamName("rocket-rides-log")), "/contrail/rocket-rides-log");
    EXPECT_EQ(cloud_event_source(StreamName("{rides}:a/b%")), "/contrail/%7Brides%7D%3Aa%2Fb%25");
}

}  // namespace contrail::operations
