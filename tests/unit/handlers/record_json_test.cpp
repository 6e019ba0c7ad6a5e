// How the handlers of `contrail consume` see a record.

#include "handlers/record_json.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "contrail/error.hpp"

namespace contrail::handlers {

using ::testing::HasSubstr;

namespace {

const Record ride{{1'700'000'000'000, Offset{7}}, "create", "ride", R"({"id": 521})"};

std::string written(const Record& record) {
    std::string json;
    RecordJson().append(json, record);
    return json;
}

std::string written_array(const std::vector<Record>& records) {
    std::string json;
    RecordJson().append_array(json, records);
    return json;
}

std::string complaint_about(const Record& record) {
    try {
        written(record);
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never) << "the record is at fault";
        return error.what();
    }
    return "";
}

Record with_data(const std::string& data) {
    Record record = ride;
    record.data = data;
    return record;
}

}  // namespace

TEST(RecordJson, HoldsEverythingOfTheRecord) {
    EXPECT_EQ(written(ride),
              R"({"id":"1700000000000-7","offset":7,"time":"2023-11-14T22:13:20Z","action":"create",)"
              R"("object":"ride","data":{"id": 521}})");
}

TEST(RecordJson, HoldsKeyAndHeadersIfTheRecordHasThem) {
    Record record = ride;
    record.key = "521";
    record.headers = R"({"traceparent": "00-1"})";
    EXPECT_THAT(written(record), HasSubstr(R"("key":"521","headers":{"traceparent": "00-1"},"data":)"));
    record.key = "";
    record.headers.reset();
    EXPECT_THAT(written(record), HasSubstr(R"("key":"","data":)"));
}

TEST(RecordJson, KeepsEveryDigitOfANumber) {
    const std::string data = R"({"sum": 12345678901234567890.10, "tiny": 1e-400})";
    EXPECT_THAT(written(with_data(data)), HasSubstr(data));
}

TEST(RecordJson, EscapesWhatAStringCannotHold) {
    Record record = ride;
    record.action = "a\"b\\c\nd\x01";
    record.object = "Fähre";
    const auto json = nlohmann::json::parse(written(record));
    EXPECT_EQ(json["action"], record.action);
    EXPECT_EQ(json["object"], record.object);
}

TEST(RecordJson, IsOneLineWhateverWhiteSpaceTheDataHave) {
    const std::string json = written(with_data("{\r\n\t\"id\":\n521}"));
    EXPECT_EQ(json.find_first_of("\r\n"), std::string::npos);
    EXPECT_EQ(nlohmann::json::parse(json)["data"]["id"], 521);
}

TEST(RecordJson, WritesEachRecordsOwnTime) {
    Record later = ride;
    later.id = {1'700'000'000'250, Offset{8}};
    const auto json = nlohmann::json::parse(written_array({ride, ride, later, ride}));
    EXPECT_EQ(json[1]["time"], "2023-11-14T22:13:20Z");
    EXPECT_EQ(json[2]["time"], "2023-11-14T22:13:20.250Z");
    EXPECT_EQ(json[3]["time"], "2023-11-14T22:13:20Z");
}

TEST(RecordJson, WritesNoRecordsAsAnEmptyArray) {
    EXPECT_EQ(written_array({}), "[]");
}

// Copied unread, such data would end the record early and add another one, or replace the record's id.
TEST(RecordJson, RefusesDataThatWouldChangeWhatStandsAroundThem) {
    for (const char* const data :
         {R"({}},{"id":"1-1")", R"({},"id":"1-1")", "", "{", "not JSON", "\"\xff\""}) {
        EXPECT_THAT(complaint_about(with_data(data)),
                    HasSubstr("record 1700000000000-7 as JSON: the field 'data' is not valid JSON"))
            << data;
    }
    Record record = ride;
    record.object = "\xff";
    EXPECT_THAT(complaint_about(record), HasSubstr("the field 'object' is not valid JSON"));
    record = ride;
    record.headers = R"({},"id":"1-1")";
    EXPECT_THAT(complaint_about(record), HasSubstr("the field 'headers' is not valid JSON"));
}

}  // namespace contrail::handlers
