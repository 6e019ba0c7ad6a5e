#include "demo/supervisor/output.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

#include "servers/descriptors.hpp"

namespace demo {
namespace {

using namespace std::chrono_literals;
using contrail::servers::Pipe;

bool writable(const Output& output) {
    pollfd ready{output.descriptor(), POLLOUT, 0};
    return ::poll(&ready, 1, 0) == 1;
}

class OutputTest : public testing::Test {
protected:
    std::string read(std::size_t bytes_max = 1 << 16) {
        std::string text(bytes_max, '\0');
        text.resize(static_cast<std::size_t>(::read(pipe.read_end.get(), text.data(), text.size())));
        return text;
    }

    Pipe pipe = contrail::servers::make_pipe();
    Output output{pipe.write_end.get()};
    Label api{"api", 9, 0, false};
};

TEST_F(OutputTest, PutsTheLabelBeforeEachLine) {
    output.add(api, "one\ntwo\n");
    output.add(Label("consumer0", 9, 0, false), "three\n");
    output.add("four\n");
    output.write_all(1s);
    EXPECT_EQ(read(), "api       | one\napi       | two\nconsumer0 | three\nfour\n");
    EXPECT_FALSE(output.pending());
}

TEST_F(OutputTest, ColoursTheLabelOnly) {
    output.add(Label("api", 3, 0, true), "one\n");
    output.write_all(1s);
    EXPECT_EQ(read(), "\x1b[36mapi | \x1b[0mone\n");
}

TEST_F(OutputTest, NeverWaitsForAReaderThatStalls) {
    const std::string line(999, 'x');
    while (!output.full()) output.add(api, line + '\n');
    while (writable(output)) output.write_some();
    output.write_all(0ms);
    EXPECT_TRUE(output.pending());
    EXPECT_TRUE(output.full());

    std::size_t received = 0;
    while (output.pending()) {
        if (writable(output)) output.write_some();
        received += read().size();
    }
    EXPECT_EQ(received % (api.text().size() + 1'000), 0U);
    EXPECT_FALSE(output.full());
}

TEST_F(OutputTest, KnowsThatTheReaderClosedItsEnd) {
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    pipe.read_end.close();
    output.add(api, "one\n");
    EXPECT_FALSE(output.closed());
    output.write_some();
    EXPECT_TRUE(output.closed());
    EXPECT_EQ(output.error(), EPIPE);
    output.add(api, "two\n");
    output.write_all(1s);
    EXPECT_FALSE(output.pending());
    std::signal(SIGPIPE, before);
}

}  // namespace
}  // namespace demo
