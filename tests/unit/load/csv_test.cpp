#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/csv_column.hpp"
#include "bench/load/ride_source.hpp"
#include "contrail/error.hpp"

namespace contrail::load {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A file of this test's own, with this text.
class Csv : public ::testing::Test {
protected:
    const std::string& file_with(std::string_view text) {
        std::ofstream(file_, std::ios::binary) << text;
        return file_;
    }

    std::vector<std::string> distances(std::string_view text) {
        CsvColumn column(file_with(text), "distance");
        std::vector<std::string> values;
        while (const auto value = column.next()) values.emplace_back(*value);
        return values;
    }

    std::string failure_of(std::string_view text) {
        try {
            distances(text);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }

    const std::string file_ =
        ::testing::TempDir() + ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".csv";
};

TEST_F(Csv, FindsTheColumnByItsName) {
    EXPECT_THAT(distances("distance\n5\n7\n"), ElementsAre("5", "7"));
    EXPECT_THAT(distances("distance,delay\n5,1\n7,2"), ElementsAre("5", "7"));
    EXPECT_THAT(distances("delay,distance,time\n1,5,\n2,7,9\n"), ElementsAre("5", "7"));
    EXPECT_THAT(distances("distance\n"), ElementsAre());
}

TEST_F(Csv, ToleratesWhatSpreadsheetsWrite) {
    EXPECT_THAT(distances("\xEF\xBB\xBF\"distance\",delay\r\n5,1\r\n7,2\r\n"), ElementsAre("5", "7"));
    EXPECT_THAT(distances("distance\n\n5\n\r\n7\n\n"), ElementsAre("5", "7"));
}

TEST_F(Csv, TakesOffQuotes) {
    EXPECT_THAT(distances("pilot,distance\n\"Smith, Joe\",\"5\"\n\"\"\"Ace\"\"\",7\n"),
                ElementsAre("5", "7"));
    EXPECT_THAT(distances("pilot,distance\n\"two\nlines\",5\n,7\n"), ElementsAre("5", "7"));
    EXPECT_THAT(distances("distance\n\"a \"\"b\"\"\"\n\"\"\n"), ElementsAre("a \"b\"", ""));
}

TEST_F(Csv, SaysWhereAFileIsBroken) {
    EXPECT_THAT(failure_of(""), HasSubstr("it is empty"));
    EXPECT_THAT(failure_of("delay\n5\n"), HasSubstr(":1: there is no column 'distance'"));
    EXPECT_THAT(failure_of("delay,distance\n1,5\n2\n"), HasSubstr(":3: the row has 1 fields"));
    EXPECT_THAT(failure_of("pilot,distance\n\"a\nb\",5\n\"c\"d,5\n"), HasSubstr(":4: a comma is missing"));
    EXPECT_THAT(failure_of("distance\n5\n\"7\n9\n"), HasSubstr(":3: a quoted field is never closed"));
    EXPECT_THROW(CsvColumn("/does/not/exist.csv", "distance"), Error);
}

TEST_F(Csv, RidesAreCountedAndCheckedBeforeTheFirstIsTaken) {
    FileRides rides(file_with("distance\n5.5\n7\n"), std::nullopt);
    EXPECT_EQ(rides.total(), 2U);
    EXPECT_EQ(rides.next(), 5.5);
    EXPECT_EQ(rides.next(), 7.0);
    EXPECT_EQ(rides.next(), std::nullopt);

    for (const auto bad : {"five", "", "-1", "NaN", " 5"}) {
        try {
            const FileRides rejected(file_with(std::string("distance\n1\n\"") + bad + "\"\n"), std::nullopt);
            ADD_FAILURE() << "'" << bad << "' was taken for a distance";
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr(file_ + ":3: '" + bad + "' is not a distance"));
        }
    }
}

TEST_F(Csv, NoMoreRidesAreTakenThanAskedFor) {
    FileRides rides(file_with("distance\n5\n7\n9\n"), 2);
    EXPECT_EQ(rides.total(), 2U);
    EXPECT_EQ(rides.next(), 5.0);
    EXPECT_EQ(rides.next(), 7.0);
    EXPECT_EQ(rides.next(), std::nullopt);
}

}  // namespace contrail::load
