// README.md, docs/tutorial.md and docs/consumers.md are true, word for word.
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
const std::filesystem::path page_of_consumers = source / "docs/consumers.md";

std::string content_of(const std::filesystem::path& file) {
    std::ostringstream content;
    content << std::ifstream(file).rdbuf();
    return content.str();
}

/// Runs the commands of a page as a reader would, on a log of that name.
servers::ExitStatus follow(const std::filesystem::path& followed, const std::string& log) {
    const servers::TemporaryDirectory here;
    std::filesystem::create_symlink(source / "examples", here.path() / "examples");
    servers::Command command;
    command.arguments = {source / "tests/integration/tutorial/run_page", followed};
    command.environment = {{"DATABASE_URL", fresh_database()},
                           {"REDIS_URL", shared_redis().url()},
                           {"STREAM_NAME", log},
                           {"PATH", CONTRAIL_PROGRAMS ":" + std::string(std::getenv("PATH"))}};
    command.directory = here.path();
    return servers::run(command);
}

}  // namespace

TEST(Readme, DoesWhatItSays) {
    const auto status = follow(source / "README.md", "rides");
    EXPECT_TRUE(status.success()) << status.to_string();
}

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
    const auto status = follow(page, "shop");
    EXPECT_TRUE(status.success()) << status.to_string();
}

TEST(ConsumersPage, ShowsTheFunctionAndTheProgramOfTheExample) {
    for (const auto& [language, file] :
         {std::pair("sql", "order_totals.sql"), std::pair("python", "receipts.py")}) {
        const std::string listing =
            std::string("```") + language + '\n' + content_of(source / "examples/consume" / file) + "```\n";
        EXPECT_NE(content_of(page_of_consumers).find(listing), std::string::npos) << file << " has changed";
    }
}

TEST(ConsumersPage, DoesWhatItSays) {
    const auto status = follow(page_of_consumers, "orders");
    EXPECT_TRUE(status.success()) << status.to_string();
}

}  // namespace contrail::test
