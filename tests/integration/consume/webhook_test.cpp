// `contrail consume --webhook`: an HTTP endpoint that gets signed batches of CloudEvents.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <set>

#include "handlers/webhook_secrets.hpp"
#include "integration/cli/run_program.hpp"
#include "integration/consume/log_of_rides.hpp"
#include "integration/consume/running_consumer.hpp"
#include "integration/consume/webhook_receiver.hpp"
#include "integration/redis/certificates.hpp"
#include "integration/redis/fake_server.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using servers::ExitStatus;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

constexpr auto secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

std::string header(const WebhookReceiver::Request& request, const char* name) {
    return std::string(request[name]);
}

}  // namespace

/// A log, and a consumer `hooks` that sends it to a receiver.
class Webhook : public LogOfRides {
protected:
    Webhook() : LogOfRides("hooks") {}

    [[nodiscard]] RunningConsumer consumer(const std::string& url, const std::string& flags = "") const {
        return RunningConsumer("hooks --handler-timeout 2 --webhook " + url + ' ' + flags, pipeline.settings,
                               {{"WEBHOOK_SECRET", secret}});
    }

    [[nodiscard]] std::string parked() {
        return pipeline.database.value("SELECT count(*) FROM contrail.dead_letters");
    }

    static std::vector<int> rides_in(const std::string& body) {
        std::vector<int> rides;
        for (const auto& event : nlohmann::json::parse(body)) rides.push_back(event["data"]["id"].get<int>());
        return rides;
    }
};

TEST_F(Webhook, GetsABatchOfCloudEvents) {
    log_holds(3);
    const WebhookReceiver receiver([](const auto&) { return answer_of(204); });
    const auto sender = consumer(receiver.url());
    wait_for_checkpoint(3);
    const auto request = receiver.requests().at(0);
    EXPECT_EQ(header(request, "Content-Type"), "application/cloudevents-batch+json; charset=UTF-8");
    const auto events = nlohmann::json::parse(request.body());
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[0]["specversion"], "1.0");
    EXPECT_EQ(events[0]["id"], pipeline.logged().front().id.to_string());
    EXPECT_EQ(events[2]["data"]["id"], 3);
}

TEST_F(Webhook, IsSignedAsStandardWebhooksPrescribe) {
    log_holds(1);
    const WebhookReceiver receiver([](const auto&) { return answer_of(200); });
    const auto sender = consumer(receiver.url());
    wait_for_checkpoint(1);
    const auto request = receiver.requests().at(0);
    const auto secrets = handlers::WebhookSecrets::parse(secret);
    EXPECT_THAT(header(request, "webhook-id"), ::testing::StartsWith("msg_"));
    EXPECT_EQ(
        header(request, "webhook-signature"),
        secrets.sign(header(request, "webhook-id"), header(request, "webhook-timestamp"), request.body()));
}

TEST_F(Webhook, GetsOneConnectionAndAsManyRecordsAsItAllows) {
    log_holds(10);
    const WebhookReceiver receiver([](const auto&) { return answer_of(200, "thanks"); });
    const auto sender = consumer(receiver.url(), "--webhook-records-max 3");
    wait_for_checkpoint(10);
    EXPECT_EQ(receiver.requests().size(), 4U);
    EXPECT_EQ(receiver.connections(), 1U);
}

TEST_F(Webhook, GetsEachRecordAtLeastOnceThroughKills) {
    std::set<int> seen;
    const WebhookReceiver receiver([&](const WebhookReceiver::Request& request) {
        for (const int ride : rides_in(request.body())) seen.insert(ride);
        return answer_of(200);
    });
    auto sender = consumer(receiver.url(), "--webhook-records-max 10");
    for (int round = 0; round < 6; ++round) {
        log_holds(30);
        sender.restart_after_kill();
    }
    wait_for_checkpoint(180);
    EXPECT_EQ(receiver.requests().empty(), false);
    EXPECT_EQ(seen.size(), 180U);
}

// Statuses that may pass, a redirect, no answer, and a connection that breaks.
TEST_F(Webhook, IsSentAgainUntilItIsAccepted) {
    for (const unsigned status : {408U, 425U, 429U, 500U, 503U, 302U, 0U}) {
        SCOPED_TRACE(status);
        std::atomic<bool> fixed = false;
        log_holds(2);
        const WebhookReceiver receiver([&](const auto&) -> std::optional<WebhookReceiver::Response> {
            if (fixed) return answer_of(200);
            if (status == 0) return std::nullopt;
            return answer_of(status, "not now");
        });
        const auto sender = consumer(receiver.url(), "--on-refusal park --handler-attempts-max 1");
        sender.wait_for_log(status == 0 ? "Operation timed out" : "answered " + std::to_string(status));
        fixed = true;
        wait_for_checkpoint(last);
        EXPECT_EQ(parked(), "0");
    }
}

constexpr auto accepted = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

struct RawAnswer {
    std::string bytes;
    const char* said;
};

// What no server of HTTP should send. No record is parked for it.
TEST_F(Webhook, IsSentAgainAfterAnAnswerThatIsNone) {
    const RawAnswer answers[] = {
        {"", "Empty reply from server"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
         "transfer closed with 95 bytes remaining to read"},
        {"HTTP/1.1 103 Early Hints\r\n\r\n", "Empty reply from server"},
        {"nonsense\r\n\r\n", "Received HTTP/0.9 when not allowed"},
        {std::string("\x16\x03\x01\0\xff\n", 6), "Received HTTP/0.9 when not allowed"},
        {"HTTP/1.1 200 OK\r\nX: " + std::string(1 << 20, 'x') + "\r\n\r\n",
         "a header of the answer is too long"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a length\r\n", "Cannot send record"},
        {"HTTP/1.1 999 No Such Status\r\nContent-Length: 0\r\n\r\n", "answered 999"},
        {"HTTP/1.1 308 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
         "The consumer follows no redirects."},
    };
    for (const auto& [bytes, said] : answers) {
        SCOPED_TRACE(said);
        log_holds(1);
        const FakeServer receiver({FakeServer::answer(bytes), FakeServer::answer(accepted)});
        const auto sender = consumer(receiver.url("http"), "--on-refusal park --handler-attempts-max 1");
        sender.wait_for_log(said);
        wait_for_checkpoint(last);
        EXPECT_EQ(parked(), "0");
    }
}

TEST_F(Webhook, IsSentAgainAtOnceIfTheReceiverNamesNoTimeInTheFuture) {
    for (const std::string when : {"-5", "0", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", ""}) {
        SCOPED_TRACE(when);
        log_holds(1);
        const FakeServer receiver(
            {FakeServer::answer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: " + when +
                                "\r\n\r\n"),
             FakeServer::answer(accepted)});
        const auto sender = consumer(receiver.url("http"));
        wait_for_checkpoint(last);
    }
}

TEST_F(Webhook, IsAcceptedAfterInformationalAnswers) {
    log_holds(1);
    const FakeServer receiver(
        {FakeServer::answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
                            "Link: </style.css>\r\n\r\n" +
                            std::string(accepted))});
    const auto sender = consumer(receiver.url("http"));
    wait_for_checkpoint(1);
}

TEST_F(Webhook, GoesThroughTheProxyThatTheEnvironmentNames) {
    log_holds(1);
    const WebhookReceiver proxy([](const auto&) { return answer_of(200); });
    const RunningConsumer sender("hooks --webhook http://hooks.invalid/in", pipeline.settings,
                                 {{"WEBHOOK_SECRET", secret}, {"http_proxy", proxy.url()}});
    wait_for_checkpoint(1);
    EXPECT_EQ(proxy.requests().at(0).target(), "http://hooks.invalid/in");
}

// Whatever the reason: one that rejects everything has a wrong address, or a wrong secret.
TEST_F(Webhook, HaltsTheConsumerIfItsReceiverRejectsRecordAfterRecord) {
    for (const unsigned status : {401U, 403U, 404U, 405U}) {
        SCOPED_TRACE(status);
        const int parked_before = std::stoi(parked());
        log_holds(5);
        const WebhookReceiver receiver([&](const auto&) { return answer_of(status); });
        auto sender =
            consumer(receiver.url(), "--on-refusal park --handler-attempts-max 1 --parked-in-a-row-max 3");
        EXPECT_EQ(sender.process().wait(), ExitStatus::exited(78));
        EXPECT_THAT(sender.log(), HasSubstr("the consumer parked 3 records in a row"));
        EXPECT_EQ(std::stoi(parked()), parked_before + 3);
    }
}

TEST_F(Webhook, KeepsItsIdWhenItIsSentAgainThoughMoreRecordsFollow) {
    log_holds(2);
    std::atomic<bool> fixed = false;
    const WebhookReceiver receiver([&](const auto&) { return answer_of(fixed ? 200 : 503); });
    const auto sender = consumer(receiver.url());
    sender.wait_for_log("answered 503");
    log_holds(3);
    fixed = true;
    wait_for_checkpoint(5);
    const auto requests = receiver.requests();
    EXPECT_EQ(rides_in(requests.front().body()), (std::vector<int>{1, 2}));
    for (const auto& request : requests) {
        const bool is_first = rides_in(request.body()).front() == 1;
        EXPECT_EQ(is_first, header(request, "webhook-id") == header(requests.front(), "webhook-id"));
        EXPECT_EQ(is_first, request.body() == requests.front().body());
    }
}

TEST_F(Webhook, IsNotSentBeforeTheReceiverSaysSo) {
    log_holds(1);
    const WebhookReceiver receiver([](const auto&) {
        auto busy = answer_of(503);
        busy.set("Retry-After", "3600");
        return busy;
    });
    const auto sender = consumer(receiver.url());
    sender.wait_for_log("waiting 3600000 ms: " + receiver.url() + " answered 503");
    EXPECT_EQ(receiver.requests().size(), 1U);
}

TEST_F(Webhook, MayBeAskedToWaitUntilADate) {
    log_holds(1);
    const WebhookReceiver receiver([](const auto&) {
        auto busy = answer_of(429);
        busy.set("Retry-After", "Fri, 31 Dec 2199 23:59:59 GMT");
        return busy;
    });
    const auto sender = consumer(receiver.url());
    sender.wait_for_log("waiting 3600000 ms");  // no longer than an hour
}

TEST_F(Webhook, HasARecordParkedThatTheReceiverRejects) {
    log_holds(5);
    std::atomic<bool> fixed = false;
    const WebhookReceiver receiver([&](const WebhookReceiver::Request& request) {
        const auto rides = rides_in(request.body());
        const bool bad = !fixed && std::ranges::count(rides, 3) > 0;
        return bad ? answer_of(422, "no ride 3 here") : answer_of(200);
    });
    const auto sender = consumer(receiver.url(), "--on-refusal park --handler-attempts-max 1");
    wait_for_checkpoint(5);
    EXPECT_EQ(parked(), "1");
    EXPECT_THAT(pipeline.database.value("SELECT error FROM contrail.dead_letters"),
                HasSubstr("answered 422 to record"));
    EXPECT_THAT(pipeline.database.value("SELECT error FROM contrail.dead_letters"),
                HasSubstr(": no ride 3 here."));
    fixed = true;
    run_program("contrail dead-letters retry hooks --all", pipeline.settings);
    wait_until("no record is parked", [&] { return parked() == "0"; });
}

TEST_F(Webhook, StopsTheConsumerWhenItsReceiverIsGone) {
    log_holds(1);
    const WebhookReceiver receiver([](const auto&) { return answer_of(410, "moved away"); });
    auto sender = consumer(receiver.url(), "--on-refusal park");
    EXPECT_EQ(sender.process().wait(), ExitStatus::exited(78));
    EXPECT_THAT(sender.log(), HasSubstr("moved away. The receiver wants no more webhooks."));
    EXPECT_EQ(parked(), "0");
}

TEST_F(Webhook, CountsByItsStatusIfTheAnswerIsEndless) {
    log_holds(1);
    const WebhookReceiver receiver([](const auto&) { return answer_of(200, std::string(10 << 20, 'x')); });
    const auto sender = consumer(receiver.url());
    wait_for_checkpoint(1);
}

TEST_F(Webhook, GoesOnlyToAServerWithATrustedCertificate) {
    log_holds(1);
    const servers::TemporaryDirectory folder;
    const Authority trusted(folder.path(), "trusted");
    const Authority other(folder.path(), "other");
    const Certificate certificate = trusted.sign("server", "IP:127.0.0.1");
    const WebhookReceiver receiver([](const auto&) { return answer_of(200); }, certificate.cert_file,
                                   certificate.key_file);
    {
        const auto sender = consumer(receiver.url(), "--webhook-ca-file " + other.ca_file());
        sender.wait_for_log("SSL certificate problem");
        EXPECT_EQ(receiver.requests().size(), 0U);
    }
    const auto sender = consumer(receiver.url(), "--webhook-ca-file " + trusted.ca_file());
    wait_for_checkpoint(1);
}

TEST_F(Webhook, NeedsASecretThatIsOne) {
    const Ended without =
        run_program("contrail consume hooks --webhook http://127.0.0.1:1/", pipeline.settings);
    EXPECT_EQ(without.status, ExitStatus::exited(78));
    EXPECT_THAT(without.errors, HasSubstr("there is no secret. Make one"));
    const Ended bad = run_program("contrail consume hooks --webhook http://127.0.0.1:1/", pipeline.settings,
                                  {{"WEBHOOK_SECRET", "hunter2"}});
    EXPECT_EQ(bad.status, ExitStatus::exited(78));
    EXPECT_THAT(bad.errors, Not(HasSubstr("hunter2")));
}

TEST_F(Webhook, NeedsAUrlOfHttp) {
    for (const std::string url :
         {"ftp://example.com/", "nonsense", "http://exa mple.com/", "file:///etc/passwd"}) {
        const Ended ended = run_program("contrail consume hooks --webhook '" + url + "'", pipeline.settings,
                                        {{"WEBHOOK_SECRET", secret}});
        EXPECT_EQ(ended.status, ExitStatus::exited(78)) << url;
        EXPECT_THAT(ended.errors, HasSubstr("the URL of --webhook is not understood")) << url;
    }
}

// Messages go to logs. A user, a password and a query may be secret.
TEST_F(Webhook, IsNamedWithoutWhatIsSecretInItsUrl) {
    log_holds(1);
    const auto sender = consumer("'http://me:pass@127.0.0.1:1/hooks?token=abc'");
    sender.wait_for_log("to http://127.0.0.1:1/hooks: Failed to connect");
    EXPECT_THAT(sender.log(), Not(HasSubstr("pass@")));
    EXPECT_THAT(sender.log(), Not(HasSubstr("token")));
}

}  // namespace contrail::test
