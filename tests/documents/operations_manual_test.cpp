// docs/operations.md lists what a program can list, too: the checks of the doctor, and rights.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

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

bool is_in_manual(const std::string& text) {
    return manual().find(text) != std::string::npos;
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
                ElementsAre("one two", "three \"four\" five", "six", "seven"));
    EXPECT_THAT(literals_in("\"one \"\n    \"two\""), ElementsAre("one two"));
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
        const std::string command = "ACL SETUSER " + std::string(name(part)) + " on >… " +
                                    operations::acl_rules(part, redis::Keys(StreamName("rides"))) + '\n';
        EXPECT_TRUE(is_in_manual(command)) << "docs/operations.md lacks: " << command;
    }
}

}  // namespace contrail::test
