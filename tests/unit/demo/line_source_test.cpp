#include "servers/line_source.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "servers/descriptors.hpp"

namespace demo {
namespace {

using contrail::servers::LineSource;
using contrail::servers::Pipe;

class LineSourceTest : public testing::Test {
protected:
    void program_writes(std::string_view text) {
        ASSERT_EQ(::write(pipe.write_end.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }

    Pipe pipe = contrail::servers::make_pipe();
    LineSource source{std::move(pipe.read_end)};
};

TEST_F(LineSourceTest, ReturnsAtOnceWhileThereIsNothing) {
    EXPECT_EQ(source.read(), "");
    EXPECT_FALSE(source.ended());
}

TEST_F(LineSourceTest, GivesWholeLinesOnly) {
    program_writes("one\ntwo\nthr");
    EXPECT_EQ(source.read(), "one\ntwo\n");
    program_writes("ee\n");
    EXPECT_EQ(source.read(), "three\n");
}

TEST_F(LineSourceTest, CompletesAnUnfinishedLastLineAtTheEnd) {
    program_writes("one\ntwo");
    pipe.write_end.close();
    EXPECT_EQ(source.read(), "one\n");
    EXPECT_EQ(source.read(), "two\n");
    EXPECT_TRUE(source.ended());
    EXPECT_EQ(source.read(), "");
}

TEST_F(LineSourceTest, GivesTheRestOfAProgramWhosePipeStaysOpen) {
    program_writes("one\ntwo");
    EXPECT_EQ(source.read(), "one\n");
    EXPECT_EQ(source.rest(), "two\n");
    EXPECT_EQ(source.rest(), "");
}

TEST_F(LineSourceTest, BreaksAnEndlessLine) {
    const std::string piece(10'000, 'x');
    std::size_t written = 0;
    std::string_view line;
    while (line.empty() && written < 100'000) {
        program_writes(piece);
        written += piece.size();
        line = source.read();
    }
    EXPECT_EQ(line, std::string(written, 'x') + '\n');
    EXPECT_EQ(source.read(), "");
}

}  // namespace
}  // namespace demo
