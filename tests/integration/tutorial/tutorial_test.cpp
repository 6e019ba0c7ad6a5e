// docs/tutorial.md is true, word for word.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "servers/child_process.hpp"
#include "servers/temporary_directory.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

namespace {

const std::filesystem::path source = CONTRAIL_SOURCE;
const std::filesystem::path page = source / "docs/tutorial.md";

std::string content_of(const std::filesystem::path& file) {
    std::ostringstream content;
    content << std::ifstream(file).rdbuf();
    return content.str();
}

}  // namespace

TEST(Tutorial, ShowsTheProgramsOfTheExample) {
    for (const auto* const program : {"shop.cpp", "sales.cpp", "receipts.cpp"}) {
        const std::string listing =
            "```cpp\n" + content_of(source / "examples/quickstart" / program) + "```\n";
        EXPECT_NE(content_of(page).find(listing), std::string::npos) << program << " has changed";
    }
}

TEST(Tutorial, HasAConsumerOfLessThanThirtyLines) {
    const std::string program = content_of(source / "examples/quickstart/sales.cpp");
    EXPECT_LT(std::count(program.begin(), program.end(), '\n'), 30);
}

TEST(Tutorial, DoesWhatItSays) {
    const servers::TemporaryDirectory here;
    std::filesystem::create_symlink(source / "examples", here.path() / "examples");
    servers::Command command;
    command.arguments = {source / "tests/integration/tutorial/run_page", page};
    command.environment = {{"DATABASE_URL", fresh_database()},
                           {"REDIS_URL", shared_redis().url()},
                           {"STREAM_NAME", "shop"},
                           {"PATH", CONTRAIL_PROGRAMS ":" + std::string(std::getenv("PATH"))}};
    command.directory = here.path();
    const auto status = servers::run(command);
    EXPECT_TRUE(status.success()) << status.to_string();
}

}  // namespace contrail::test
