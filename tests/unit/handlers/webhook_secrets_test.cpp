#include "handlers/webhook_secrets.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "contrail/error.hpp"

namespace contrail::handlers {

using ::testing::HasSubstr;
using ::testing::Not;

namespace {

// The example in the documents of Standard Webhooks.
constexpr auto id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr auto timestamp = "1614265330";
constexpr auto body = R"({"test": 2432232314})";
constexpr auto secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr auto signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

std::string complaint_about(const std::string& text) {
    try {
        static_cast<void>(WebhookSecrets::parse(text));
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        return error.what();
    }
    return "";
}

}  // namespace

TEST(WebhookSecrets, SignAsStandardWebhooksPrescribe) {
    EXPECT_EQ(WebhookSecrets::parse(secret).sign(id, timestamp, body), signature);
}

TEST(WebhookSecrets, SignWithEachWhileOneReplacesAnother) {
    EXPECT_EQ(WebhookSecrets::parse(std::string(secret) + " \n whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD\n")
                  .sign(id, timestamp, body),
              std::string(signature) + " v1,78nXHjpFP0tVJQW5D0SBwmVyyW87BV/rL6MgfM/Bw44=");
}

TEST(WebhookSecrets, AreReadFromAFile) {
    const std::string file = ::testing::TempDir() + "contrail_webhook_secrets";
    std::ofstream(file) << secret << '\n';
    EXPECT_EQ(WebhookSecrets::read(file).sign(id, timestamp, body), signature);
    EXPECT_THROW(WebhookSecrets::read("/no/such/file"), Error);
    EXPECT_THROW(WebhookSecrets::read("/"), Error) << "a folder is no file";
}

TEST(WebhookSecrets, AreRefusedWithoutQuotingThem) {
    for (const std::string bad : {"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_",
                                  "whsec_c2hvcnQ=", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La!aSw",
                                  "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"}) {
        EXPECT_THAT(complaint_about(bad), HasSubstr("24 to 64 bytes in base64")) << bad;
        EXPECT_THAT(complaint_about(bad), Not(HasSubstr("MfKQ9r8"))) << bad;
    }
    EXPECT_THAT(complaint_about(" \n"), HasSubstr("there is no secret"));
}

TEST(AMessageId, IsOfItsTextAlone) {
    EXPECT_EQ(message_id("rides"), "msg_853309f90c6fdec8659d069ad247bb4d");
    EXPECT_NE(message_id("rides"), message_id("ride"));
}

}  // namespace contrail::handlers
