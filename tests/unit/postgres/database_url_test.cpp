#include "postgres/database_url.hpp"

#include <gmock/gmock.h>

#include "contrail/error.hpp"

namespace contrail::postgres {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

std::string refusal(const std::string& url) {
    try {
        read_database_url(url);
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        return error.what();
    }
    return "read";
}

}  // namespace

TEST(DatabaseUrl, IsReadAsLibpqReadsIt) {
    const auto options = read_database_url("postgres://user@host:5433/rides?sslmode=require");
    EXPECT_EQ(options.at("host"), "host");
    EXPECT_EQ(options.at("port"), "5433");
    EXPECT_EQ(options.at("dbname"), "rides");
    EXPECT_EQ(options.at("sslmode"), "require");
}

TEST(DatabaseUrl, OfAnotherDriverIsAnsweredWithAdviceAboutItsParameters) {
    for (const char* url : {"postgres://user:secret@host/rides?schema=public",
                            "postgresql://host/rides?sslmode=require&pgbouncer=true",
                            "postgres://host/rides?currentSchema=secret"})
        EXPECT_THAT(refusal(url), AllOf(HasSubstr("after its ? stands a parameter that libpq does not know"),
                                        HasSubstr("CONTRAIL_SCHEMA name"), Not(HasSubstr("secret"))))
            << url;
}

TEST(DatabaseUrl, ThatIsUnreadableIsNotShown) {
    for (const char* url :
         {"postgres://user:sec@ret@host/rides", "postgres://user:sec/ret@host/rides", "secret"})
        EXPECT_THAT(refusal(url), AllOf(HasSubstr("Percent-encode every character"), Not(HasSubstr("ret@"))))
            << url;
}

}  // namespace contrail::postgres
