// docs/operations.md quotes every message that an operator meets. Programs change, and the quotes with them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

#include "documents/literals.hpp"
#include "operations/redis_rights.hpp"
#include "postgres/rights.hpp"

namespace contrail::test {

using ::testing::ElementsAre;

namespace {

const std::string& manual() {
    static const std::string text = content_of(std::filesystem::path(SOURCE_DIR) / "docs/operations.md");
    return text;
}

/// The blocks of the manual that are marked as `message`, a line each.
std::vector<std::string> quoted_messages() {
    std::vector<std::string> messages;
    std::istringstream lines(manual());
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

std::vector<std::string> parts(std::string_view text, std::string_view separator) {
    std::vector<std::string> found;
    for (auto at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
        found.emplace_back(text.substr(0, at));
        text.remove_prefix(at + separator.size());
    }
    found.emplace_back(text);
    std::erase(found, "");
    return found;
}

/// All literals of the programs, and what stands between the placeholders of those that are formats.
const std::vector<std::string>& spoken() {
    static const std::vector<std::string> all = [] {
        std::vector<std::string> literals;
        for (const auto& file : program_sources())
            for (const auto& literal : literals_in(content_of(file))) literals.push_back(literal);
        return literals;
    }();
    return all;
}

bool is_in_manual(const std::string& text) {
    return manual().find(text) != std::string::npos;
}

bool is_spoken(const std::string& part) {
    return std::ranges::any_of(
        spoken(), [&](const std::string& literal) { return literal.find(part) != std::string::npos; });
}

/// What stands around the `{names}` in the text of an event.
std::vector<std::string> between_placeholders(const std::string& message) {
    return parts(std::regex_replace(message, std::regex(R"(\{[a-z_]+\})"), "…"), "…");
}

/// `redis.appendfsync`: a group of the doctor's checks and a name in it.
bool is_check(const std::string& literal) {
    static const std::set<std::string> groups{"redis",    "postgres", "outbox", "log",
                                              "streamer", "consumer", "clock"};
    const auto dot = literal.find('.');
    const auto letters_end = literal.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", dot + 1);
    return dot != std::string::npos && letters_end == std::string::npos && dot + 1 < literal.size() &&
           groups.contains(literal.substr(0, dot));
}

}  // namespace

TEST(Literals, AreReadAsTheCompilerReadsThem) {
    EXPECT_THAT(literals_in(R"cpp(f("one " /*x*/ "two", "three \"four\""
        " five") // "no"
        '"' 1'000 "six" R"sql(not "this")sql" "seven")cpp"),
                ElementsAre("one ", "two", "three \"four\" five", "six", "seven"));
    EXPECT_THAT(literals_in("\"one \"\n    \"two\""), ElementsAre("one two"));
}

TEST(OperationsManual, QuotesWhatProgramsSay) {
    ASSERT_FALSE(quoted_messages().empty());
    for (const auto& message : quoted_messages())
        for (const auto& part : parts(message, "…"))
            EXPECT_TRUE(is_spoken(part)) << "docs/operations.md quotes \"" << part << "\" in\n  " << message
                                         << "\nbut no program says so. Quote what it says now.";
}

TEST(OperationsManual, KnowsEveryLineOfTheLog) {
    const std::string source = content_of(std::filesystem::path(SOURCE_DIR) / "src/cli/event_log.cpp");
    for (const char* call : {".info(", ".warn(", ".error("}) {
        for (auto at = source.find(call); at != std::string::npos; at = source.find(call, at + 1)) {
            const std::string message =
                literals_in(std::string_view(source).substr(at, source.find(");", at) - at)).front();
            for (const auto& piece : between_placeholders(message))
                EXPECT_TRUE(is_in_manual(piece))
                    << '"' << piece << "\": say in docs/operations.md what it means";
        }
    }
}

TEST(OperationsManual, ListsEveryCheckOfTheDoctor) {
    for (const auto& file : program_sources()) {
        if (file.native().find("operations/doctor") == std::string::npos) continue;
        for (const auto& literal : literals_in(content_of(file))) {
            if (!is_check(literal)) continue;
            EXPECT_TRUE(is_in_manual('`' + literal + '`')) << literal << " in " << file;
        }
    }
}

TEST(OperationsManual, GivesEveryPartOfRedisItsRights) {
    for (const postgres::Part part : postgres::parts()) {
        if (!operations::uses_redis(part)) continue;
        const std::string command =
            "ACL SETUSER " + std::string(name(part)) + " on >… " + operations::acl_rules(part, "rides") + '\n';
        EXPECT_TRUE(is_in_manual(command)) << "docs/operations.md lacks: " << command;
    }
}

}  // namespace contrail::test
