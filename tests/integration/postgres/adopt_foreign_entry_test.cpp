// `contrail adopt` where another program has written to the log, or has made up its end.

#include <gmock/gmock.h>

#include <functional>

#include "integration/postgres/adopt_fixture.hpp"
#include "integration/postgres/is_error.hpp"

namespace contrail::test {

using postgres::Adoption;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(Adopt, GoesOnAfterAForeignRecord) {
    service.stage({"1"});
    service.stream();
    write_to_log("9000000000000-2", "2");
    EXPECT_THAT(consume(), ElementsAre("1", "2"));
    service.stage({"3"});
    EXPECT_TRUE(error_of([&] { service.stream(); }).has_value());

    adopt(service.settings);

    service.stream();
    EXPECT_THAT(service.logged_data(), ElementsAre("1", "2", "3"));
    EXPECT_THAT(consume(), ElementsAre("3"));
}

// A made-up id: consumers would stand at the gap before it for ever.
TEST_F(Adopt, RidsTheLogOfARecordWithAFarOffset) {
    service.stage({"1", "2"});
    service.stream();
    EXPECT_THAT(consume(), ElementsAre("1", "2"));
    service.stage({"3"});
    service.stream();
    write_to_log("9000000000000-500", "500");
    service.stage({"4"});
    EXPECT_TRUE(error_of([&] { service.stream(); }).has_value());

    const Adoption adopted = adopt(service.settings);
    EXPECT_TRUE(adopted.empties_log);
    EXPECT_EQ(adopted.place.offset, Offset{2});
    EXPECT_EQ(adopted.renumbered, 2U);

    service.stream();
    EXPECT_THAT(consume(), ElementsAre("3", "4"));
    expect_to_be_nothing_to_adopt(adopt(service.settings));
}

// The id stays when the entry goes. XSETID needs no entry at all.
TEST_F(Adopt, RidsTheLogOfAFarOffsetThatNoEntryHas) {
    const std::string stream = service.settings.stream_name;
    for (const bool by_entry : {true, false}) {
        service.stage({"1", "2"});
        service.stream();
        EXPECT_THAT(consume(), ElementsAre("1", "2"));
        service.stage({"3"});
        service.stream();
        const std::string far = by_entry ? "9000000000000-500" : "9100000000000-900";
        if (by_entry) {
            write_to_log(far, "500");
            service.redis.run({"XDEL", stream, far});
        } else {
            service.redis.run({"XSETID", stream, far});
        }
        service.stage({"4"});
        EXPECT_TRUE(error_of([&] { service.stream(); }).has_value());

        const Adoption adopted = adopt(service.settings);
        EXPECT_TRUE(adopted.empties_log);
        EXPECT_EQ(adopted.renumbered, 2U);
        EXPECT_EQ(adopted.consumers.at(0).cut_off, std::nullopt);

        service.stream();
        EXPECT_THAT(consume(), ElementsAre("3", "4"));
        expect_to_be_nothing_to_adopt(adopt(service.settings));
    }
}

TEST_F(Adopt, RidsTheLogOfAFarOffsetBeforeThereAreConsumers) {
    for (const bool stays : {true, false}) {
        Pipeline unread;
        unread.stage({"1", "2"});
        unread.stream();
        const std::string stream = unread.settings.stream_name;
        unread.redis.run(
            {"XADD", stream, "9000000000000-500", "action", "create", "object", "ride", "data", "500"});
        if (!stays) unread.redis.run({"XDEL", stream, "9000000000000-500"});
        unread.stage({"3"});
        EXPECT_TRUE(error_of([&] { unread.stream(); }).has_value());

        EXPECT_EQ(adopt(unread.settings).renumbered, 3U);

        unread.stream();
        EXPECT_THAT(unread.consume(), ElementsAre("1", "2", "3"));
    }
}

// A database that lost commits, and a log whose end was deleted: what is missing may have been records.
TEST_F(Adopt, MarksConsumersThatMissADeletedEndOfTheLog) {
    service.stage({"1", "2"});
    service.stream();
    Pipeline older(copy_of_now());
    service.stage({"3"});
    service.stream();
    EXPECT_THAT(consume(), ElementsAre("1", "2", "3"));
    service.stage({"4"});
    service.stream();
    service.redis.run({"XDEL", service.settings.stream_name, head()});
    older.stage({"5"});

    const Adoption adopted = adopt(older.settings);

    EXPECT_FALSE(adopted.empties_log);
    ASSERT_EQ(adopted.consumers.size(), 1U);
    ASSERT_TRUE(adopted.consumers[0].cut_off.has_value());
    EXPECT_EQ(adopted.consumers[0].cut_off->first_missed, Offset{4});
    EXPECT_EQ(adopted.consumers[0].cut_off->last_missed, Offset{4});
}

class AdoptAfterAnEntryThatNoStreamerWrites : public Adopt {
protected:
    void test_with(const std::function<void()>& write_entry) {
        for (const std::string data : {"1", "2", "3"}) {
            service.stage({data});
            service.stream();
            if (data == "2") consume();
        }
        write_entry();
        service.stage({"4"});
        EXPECT_TRUE(error_of([&] { service.stream(); }).has_value());

        const Adoption adopted = adopt(service.settings);
        EXPECT_TRUE(adopted.empties_log);
        EXPECT_EQ(adopted.renumbered, 2U);

        service.stream();
        EXPECT_THAT(service.logged_data(), ElementsAre("3", "4"));
        EXPECT_THAT(consume(), ElementsAre("3", "4"));
        expect_to_be_nothing_to_adopt(adopt(service.settings));
    }
};

// No offset, and a time after which no id of ours comes for as long as it stays.
TEST_F(AdoptAfterAnEntryThatNoStreamerWrites, RidsTheLogOfIt) {
    test_with([&] { service.add_foreign_entry({"greeting", "hello"}); });
}

// What XADD makes of `*` in the millisecond of the last record.
TEST_F(AdoptAfterAnEntryThatNoStreamerWrites, RidsTheLogOfItWhereItsIdLooksLikeARecords) {
    test_with([&] {
        RecordId id = service.logged().back().id;
        id.offset = id.offset.next();
        service.redis.run({"XADD", service.settings.stream_name, id.to_string(), "greeting", "hello"});
    });
}

TEST_F(Adopt, RidsTheLogOfSuchAnEntryBeforeAnythingWasSent) {
    service.redis.run({"XADD", service.settings.stream_name, "*", "greeting", "hello"});
    adopt(service.settings);
    service.stage({"1"});
    service.stream();
    EXPECT_THAT(consume(), ElementsAre("1"));
    expect_to_be_nothing_to_adopt(adopt(service.settings));
}

}  // namespace contrail::test
