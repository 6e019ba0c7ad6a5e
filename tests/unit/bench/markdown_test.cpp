#include "bench/report/markdown.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contrail/error.hpp"

namespace contrail::bench {

using ::testing::HasSubstr;

TEST(Markdown, GivesMedianEndsAndRatioOfEachSeries) {
    const Result result{.benchmark = "relay",
                        .what = "",
                        .notes = {"They were few."},
                        .series = {{"a", "bare", "records/s", {}, {}, {1'000, 2'000, 3'000}},
                                   {"a", "ours", "records/s", {{"bare"}}, {}, {900, 1'800, 2'700}}}};
    EXPECT_EQ(to_markdown(result),
              "| | | median | least to most | |\n"
              "|---|---|---|---|---|\n"
              "| a | bare | 2,000 records/s | 1,000 to 3,000 |  |\n"
              "| a | ours | 1,800 records/s | 900 to 2,700 | **0.90** of bare (0.90 to 0.90) |\n"
              "\n"
              "They were few.\n");
}

TEST(Sections, TakeThePlaceOfWhatStoodBetweenTheirMarks) {
    const std::string page =
        "# Page\n<!-- measured: relay -->\nold\nolder\n<!-- end -->\ntext\n"
        "<!-- measured: api -->\n<!-- end -->\n";
    EXPECT_EQ(with_sections(page, {{"relay", "new\n"}, {"nowhere", "lost\n"}}),
              "# Page\n<!-- measured: relay -->\nnew\n<!-- end -->\ntext\n"
              "<!-- measured: api -->\n<!-- end -->\n");
}

TEST(Sections, NeedAnEnd) {
    try {
        with_sections("<!-- measured: relay -->\nold\n", {{"relay", "new\n"}});
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("<!-- measured: relay -->"));
    }
}

}  // namespace contrail::bench
