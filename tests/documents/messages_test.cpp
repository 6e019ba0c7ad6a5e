// docs/messages.md is the catalogue of what programs say: it has each message whole, once, in alphabetical order.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <utility>

#include "documents/literals.hpp"
#include "documents/messages.hpp"

namespace contrail::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

/// The blocks of the catalogue that are marked as `message`, a line each.
std::vector<std::string> catalogue() {
    std::vector<std::string> messages;
    std::istringstream lines(content_of(std::filesystem::path(SOURCE_DIR) / "docs/messages.md"));
    bool in_message = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("```")) {
            in_message = line == "```message";
        } else if (in_message) {
            messages.push_back(line);
        }
    }
    return messages;
}

std::string as_entry(const std::string& message) {
    return "\n```message\n" + message + "\n```\n";
}

}  // namespace

TEST(Messages, AreReadWholeFromTheSource) {
    EXPECT_THAT(messages_in(R"cpp(throw Error(Retry::never, "Cannot open '" + name +
                                                                "': " + reason(5, "no reason is given.") +
                                                                ". Name "
                                                                "another.");)cpp"),
                ElementsAre("no reason is given.", "Cannot open '…': …. Name another."));
    EXPECT_THAT(messages_in(R"cpp(log.warn("waiting {pause_ms} ms: {error}", {{"pause_ms", 5}});)cpp"),
                ElementsAre("waiting … ms: …"));
    EXPECT_THAT(messages_in(R"cpp(out << "It took " << ms << " ms in all.\n";)cpp"),
                ElementsAre("It took … ms in all."));
    EXPECT_THAT(messages_in(R"cpp(f(late ? "It came too late." : "It was in time.", "not a message");)cpp"),
                ElementsAre("It came too late.", "It was in time."));
    EXPECT_THAT(messages_in(R"cpp(gauges.add("contrail_lag", "Records that wait for it.", 5);)cpp"),
                IsEmpty());
}

TEST(Messages, AreAllInTheCatalogue) {
    const auto known = catalogue();
    ASSERT_FALSE(known.empty());
    std::string missing;
    for (const auto& message : messages_of_programs())
        if (!std::ranges::count(known, message)) missing += as_entry(message);
    EXPECT_THAT(missing, IsEmpty()) << "Add these to docs/messages.md:\n" << missing;
}

TEST(Messages, OfTheCatalogueAreSaid) {
    const auto said = messages_of_programs();
    for (const auto& message : catalogue())
        EXPECT_TRUE(std::ranges::count(said, message))
            << "docs/messages.md quotes, and no program says:" << as_entry(message);
}

TEST(Messages, AreInAlphabeticalOrder) {
    const auto known = catalogue();
    for (std::size_t i = 1; i < known.size(); ++i)
        EXPECT_LT(std::pair(sort_key(known[i - 1]), known[i - 1]), std::pair(sort_key(known[i]), known[i]))
            << "docs/messages.md: move" << as_entry(known[i]);
}

}  // namespace contrail::test
