#include "contrail/text_table.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace contrail {

namespace {

using Align = TextTable::Align;

}  // namespace

TEST(ATextTable, AlignsItsColumns) {
    TextTable table({{"name"}, {"rides", Align::right}, {""}});
    table.add({"one", "1", "agrees"});
    table.add({"three", "300000", "is longer than the others"});
    EXPECT_EQ(table.take_lines(),
              "name    rides\n"
              "one         1  agrees\n"
              "three  300000  is longer than the others\n");
}

TEST(ATextTable, EndsNoLineInBlanks) {
    TextTable table({{"name"}, {"rides", Align::right}, {"state"}});
    table.add({"log", "", ""});
    table.add({"head"});
    EXPECT_EQ(table.take_lines(), "name  rides  state\nlog\nhead\n");
}

TEST(ATextTable, KeepsTheLeastWidth) {
    TextTable table({{"name", Align::left, 8}, {"n", Align::right, 3}});
    table.add({"one", "1"});
    EXPECT_EQ(table.take_lines(), "name        n\none         1\n");
}

TEST(ATextTable, PutsAColumnOfNumbersToTheRight) {
    TextTable table({{"count", Align::numbers_right}, {"name", Align::numbers_right}});
    table.add({"1", "17"});
    table.add({"-2.5e3", ""});
    table.add({"", "x"});
    EXPECT_EQ(table.take_lines(), " count  name\n     1  17\n-2.5e3\n        x\n");
}

TEST(ATextTable, CountsCharacters) {
    TextTable table({{"name"}, {"n"}});
    table.add({"Zürich", "1"});
    table.add({"London", "2"});
    EXPECT_EQ(table.take_lines(), "name    n\nZürich  1\nLondon  2\n");
}

TEST(ATextTable, GetsWiderFromLinesToLines) {
    TextTable table({{"name"}, {"n"}});
    table.add({"one", "1"});
    EXPECT_EQ(table.take_lines(), "name  n\none   1\n");
    table.add({"eleven", "2"});
    EXPECT_EQ(table.take_lines(), "eleven  2\n");
    EXPECT_EQ(table.take_lines(), "");
}

TEST(ATextTable, RefusesMoreCellsThanColumns) {
    TextTable table({{"name"}});
    EXPECT_THROW(table.add({"one", "1"}), std::out_of_range);
}

}  // namespace contrail
