#include "status/program_status.hpp"

#include <gtest/gtest.h>

namespace contrail::status {

namespace {

std::optional<ProgramStatus> written_and_read(const ProgramStatus& status) {
    const StatusText text = to_text(status);
    return parse_program_status(text.before_at_ms + std::to_string(status.at_ms) + text.after_at_ms);
}

}  // namespace

TEST(ProgramStatusText, IsReadAsItWasWritten) {
    const ProgramStatus full{.state = ProgramState::retrying,
                             .at_ms = 1'764'060'000'000,
                             .error = "a \"quoted\"\nerror",
                             .error_at_ms = 1'764'059'000'000,
                             .latency_p50_ms = 1.5,
                             .latency_p99_ms = 400,
                             .replayed = RecordId{17, Offset{4}},
                             .retention = retention_event::Planned{.needed_from = Offset{7},
                                                                   .floor_from = Offset{3},
                                                                   .allowed_from = Offset{5},
                                                                   .floor_overruled = true}};
    EXPECT_EQ(written_and_read(full), full);
    const ProgramStatus without_floor{.state = ProgramState::idle, .retention = retention_event::Planned{}};
    EXPECT_EQ(written_and_read(without_floor), without_floor);
    const ProgramStatus empty{.state = ProgramState::idle};
    EXPECT_EQ(written_and_read(empty), empty);
}

TEST(ProgramStatusText, IsOneJsonObject) {
    const StatusText text = to_text({.state = ProgramState::standing_by, .error = "", .latency_p50_ms = 1.5});
    EXPECT_EQ(text.before_at_ms + "17" + text.after_at_ms,
              R"({"state":"standing_by","at_ms":17,"error":null,"error_at_ms":null,"latency_p50_ms":1.5,)"
              R"("latency_p99_ms":null})");
}

TEST(ProgramStatusText, KnowsItsOwnStatesAndNoOthers) {
    for (const ProgramState state :
         {ProgramState::streaming, ProgramState::consuming, ProgramState::idle, ProgramState::standing_by,
          ProgramState::held_back, ProgramState::retrying, ProgramState::halted, ProgramState::cut_off,
          ProgramState::stalled, ProgramState::stopped, ProgramState::unknown})
        EXPECT_EQ(written_and_read({.state = state})->state, state);
    EXPECT_EQ(parse_program_status(R"({"state":"dancing","at_ms":1})")->state, ProgramState::unknown);
}

TEST(ProgramStatusText, IsNothingElse) {
    for (const char* text : {"", "17", "[]", "{}", R"({"state":3})", R"({"state":"idle")", "\xff"})
        EXPECT_EQ(parse_program_status(text), std::nullopt) << text;
}

TEST(ProgramStatusText, ReplacesBytesThatAreNotUtf8) {
    EXPECT_EQ(written_and_read({.state = ProgramState::halted, .error = "\xff"})->error, "\xef\xbf\xbd");
}

}  // namespace contrail::status
