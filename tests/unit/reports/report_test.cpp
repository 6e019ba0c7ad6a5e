#include "reports/report.hpp"

#include <gtest/gtest.h>

namespace contrail {

namespace {

std::optional<Report> written_and_read(const Report& report) {
    const ReportText text = to_text(report);
    return parse_report(text.before_at_ms + std::to_string(report.at_ms) + text.after_at_ms);
}

}  // namespace

TEST(Report, IsReadAsItWasWritten) {
    const Report full{.state = ProgramState::retrying,
                      .at_ms = 1'764'060'000'000,
                      .error = "a \"quoted\"\nerror",
                      .error_at_ms = 1'764'059'000'000,
                      .latency_p50_ms = 1.5,
                      .latency_p99_ms = 400};
    EXPECT_EQ(written_and_read(full), full);
    const Report empty{.state = ProgramState::idle};
    EXPECT_EQ(written_and_read(empty), empty);
}

TEST(Report, IsOneJsonObject) {
    const ReportText text = to_text({.state = ProgramState::standing_by, .error = "", .latency_p50_ms = 1.5});
    EXPECT_EQ(text.before_at_ms + "17" + text.after_at_ms,
              R"({"state":"standing_by","at_ms":17,"error":null,"error_at_ms":null,"latency_p50_ms":1.5,)"
              R"("latency_p99_ms":null})");
}

TEST(Report, KnowsItsOwnStatesAndNoOthers) {
    for (const ProgramState state :
         {ProgramState::streaming, ProgramState::consuming, ProgramState::idle, ProgramState::standing_by,
          ProgramState::held_back, ProgramState::retrying, ProgramState::halted, ProgramState::cut_off,
          ProgramState::stopped, ProgramState::unknown})
        EXPECT_EQ(written_and_read({.state = state})->state, state);
    EXPECT_EQ(parse_report(R"({"state":"dancing","at_ms":1})")->state, ProgramState::unknown);
}

TEST(Report, IsNothingElse) {
    for (const char* text : {"", "17", "[]", "{}", R"({"state":3})", R"({"state":"idle")", "\xff"})
        EXPECT_EQ(parse_report(text), std::nullopt) << text;
}

TEST(Report, BearsWithTextThatIsNotUtf8) {
    EXPECT_EQ(written_and_read({.state = ProgramState::halted, .error = "\xff"})->error, "\xef\xbf\xbd");
}

}  // namespace contrail
