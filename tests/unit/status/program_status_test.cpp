#include "status/program_status.hpp"

#include "contrail/segment.hpp"

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
    const ProgramStatus instance{.state = ProgramState::idle,
                                 .instance = "web-1/\"17\"",
                                 .segment_count = 8,
                                 .segments = {{3, ProgramState::idle, RecordId{1, Offset{2}}},
                                              {7, ProgramState::halted, std::nullopt, "no distance"}}};
    EXPECT_EQ(written_and_read(instance), instance);
    const ProgramStatus empty{.state = ProgramState::idle};
    EXPECT_EQ(written_and_read(empty), empty);
}

TEST(ProgramStatusText, IsOneJsonObject) {
    const StatusText text = to_text({.state = ProgramState::standing_by, .error = "", .latency_p50_ms = 1.5});
    EXPECT_EQ(text.before_at_ms + "17" + text.after_at_ms,
              R"({"state":"standing_by","at_ms":17,"error":null,"error_at_ms":null,"latency_p50_ms":1.5,)"
              R"("latency_p99_ms":null})");
}

TEST(ProgramStatusText, OfAnInstanceTellsItsSegments) {
    const ProgramStatus status{.state = ProgramState::idle,
                               .instance = "web-1",
                               .segment_count = 8,
                               .segments = {{3, ProgramState::idle, RecordId{1, Offset{2}}}}};
    EXPECT_EQ(to_text(status).after_at_ms,
              R"(,"error":null,"error_at_ms":null,"latency_p50_ms":null,"latency_p99_ms":null,)"
              R"("instance":"web-1","segments":8,)"
              R"("works_on":[{"segment":3,"state":"idle","last_id":"1-2","error":null}]})");
    EXPECT_NE(to_text(status).after_at_ms.find(instance_mark("web-1")), std::string::npos);
}

TEST(ProgramStatusText, PassesOverSegmentsThatCannotBe) {
    const auto status = parse_program_status(
        R"({"state":"idle","instance":"a","segments":2000,"works_on":[3,{"segment":1024},{"segment":-1}, {}]})");
    EXPECT_EQ(status->segment_count, segments_max);
    EXPECT_EQ(status->segments.size(), 2) << "no number, or an impossible one, is 0";
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
