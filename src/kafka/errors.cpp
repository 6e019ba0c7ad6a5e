#include "kafka/errors.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "kafka/handles.hpp"

namespace contrail::kafka {

namespace {

constexpr std::string_view rights =
    "Grant the user READ, WRITE, CREATE and DELETE on the topic and on the topic beside it that ends in '.notes', and "
    "WRITE on transactional ids that begin with 'contrail.'.";
constexpr std::string_view credentials = "Correct the user, the password and the sasl.mechanisms of LOG_URL.";

struct Rule {
    rd_kafka_resp_err_t code;
    Retry retry;
    std::string_view advice;
};

// What is not here is a matter of time: a leader is elected, a broker comes back. Nothing is committed unless the
// commit itself failed, which FencedProducer reports as in doubt.
constexpr auto rules = std::to_array<Rule>({
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, Retry::never, credentials},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, Retry::never, credentials},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, Retry::never, credentials},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, Retry::never, rights},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, Retry::never, rights},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, Retry::never, rights},
    {RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, Retry::never,
     "Choose a topic of at most 243 of the characters a-z, A-Z, 0-9, '.', '_' and '-'."},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, Retry::never,
     "Raise max.message.bytes of the topic: a record takes up to 1 MiB and its headers."},
    {RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, Retry::never,
     "Create the log's topics yourself, with a replication factor that the brokers can hold."},
    {RD_KAFKA_RESP_ERR_POLICY_VIOLATION, Retry::never,
     "Create the log's topics yourself, as the policy of the brokers demands."},
});

bool is_fence(rd_kafka_resp_err_t code) {
    return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
           code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

}  // namespace

Error whole_error(std::string_view attempted, const Endpoint& endpoint, const Error& error) {
    std::string message = "Could not " + std::string(attempted) + " the log " + endpoint.topic +
                          ": Kafka at " + endpoint.brokers + ' ' + error.what();
    if (error.retry() == Retry::in_doubt) message += " It may have been done all the same.";
    return {error.retry(), message};
}

void throw_error(rd_kafka_resp_err_t code, const std::string& detail) {
    const std::string text = detail.empty() ? rd_kafka_err2str(code) : detail;
    const std::string quoted = "failed: \"" + text + "\".";
    if (is_fence(code)) throw Fenced(quoted + " Another streamer has taken over the log.");
    const auto* const rule = std::ranges::find(rules, code, &Rule::code);
    if (rule == rules.end()) throw Error(Retry::call, quoted);
    throw Error(rule->retry, quoted + ' ' + std::string(rule->advice));
}

void throw_if_failed(rd_kafka_resp_err_t code) {
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) throw_error(code);
}

void throw_if_failed(rd_kafka_error_t* error) {
    const Handle<rd_kafka_error_t> owned(error);
    if (owned) throw_error(rd_kafka_error_code(error), rd_kafka_error_string(error));
}

}  // namespace contrail::kafka
