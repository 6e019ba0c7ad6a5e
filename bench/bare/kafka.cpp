#include "bench/bare/kafka.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "bench/stopwatch.hpp"
#include "contrail/error.hpp"

namespace contrail::bench {

namespace {

using Client = std::unique_ptr<rd_kafka_t, decltype([](rd_kafka_t* client) {
                                   rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
                               })>;
using Message =
    std::unique_ptr<rd_kafka_message_t,
                    decltype([](rd_kafka_message_t* message) { rd_kafka_message_destroy(message); })>;
using Properties = std::vector<std::pair<const char*, std::string>>;

constexpr int patience_ms = 60'000;

[[noreturn]] void fail(const std::string& why) {
    throw Error(Retry::never, "The benchmark stopped: librdkafka says \"" + why + "\".");
}

void require_done(rd_kafka_resp_err_t code) {
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) fail(rd_kafka_err2str(code));
}

void require_done(rd_kafka_error_t* error) {
    if (error == nullptr) return;
    const std::string why = rd_kafka_error_string(error);
    rd_kafka_error_destroy(error);
    fail(why);
}

Client client(rd_kafka_type_t kind, const Properties& properties) {
    std::array<char, 512> problem{};
    rd_kafka_conf_t* const conf = rd_kafka_conf_new();
    for (const auto& [name, value] : properties)
        if (rd_kafka_conf_set(conf, name, value.c_str(), problem.data(), problem.size()) != RD_KAFKA_CONF_OK)
            fail(problem.data());
    rd_kafka_conf_set_log_cb(conf, nullptr);
    Client made(rd_kafka_new(kind, conf, problem.data(), problem.size()));
    if (!made) fail(problem.data());
    return made;
}

/// A topic that the producer has never asked for is asked for by a timer, a second later.
void ask_for_topic(rd_kafka_t* producer, const std::string& topic) {
    rd_kafka_topic_t* const handle = rd_kafka_topic_new(producer, topic.c_str(), nullptr);
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto answer = rd_kafka_metadata(producer, 0, handle, &metadata, patience_ms);
    rd_kafka_topic_destroy(handle);
    require_done(answer);
    rd_kafka_metadata_destroy(metadata);
}

void produce(rd_kafka_t* producer, const std::string& topic, const Record& record) {
    const std::string id = record.id.to_string();
    const auto signed_size = [](std::string_view text) { return static_cast<ssize_t>(text.size()); };
    const auto bytes_of = [](std::string_view text) { return const_cast<char*>(text.data()); };
    const rd_kafka_vu_t units[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u = {.cstr = topic.c_str()}},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u = {.i32 = 0}},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u = {.i = RD_KAFKA_MSG_F_COPY}},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u = {.mem = {bytes_of(id), id.size()}}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u = {.mem = {bytes_of(record.data), record.data.size()}}},
        {.vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u = {.i64 = static_cast<std::int64_t>(record.id.sealed_ms)}},
        {.vtype = RD_KAFKA_VTYPE_HEADER,
         .u = {.header = {"action", record.action.data(), signed_size(record.action)}}},
        {.vtype = RD_KAFKA_VTYPE_HEADER,
         .u = {.header = {"object", record.object.data(), signed_size(record.object)}}}};
    require_done(rd_kafka_produceva(producer, units, std::size(units)));
}

}  // namespace

std::vector<double> BareKafka::append(const std::vector<Record>& records,
                                      std::size_t transaction_records) const {
    const Client producer = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", brokers_},
                                                       {"transactional.id", "bare." + topic_},
                                                       {"linger.ms", "0"},
                                                       {"queue.buffering.max.messages", "1000000"}});
    require_done(rd_kafka_init_transactions(producer.get(), patience_ms));
    ask_for_topic(producer.get(), topic_);
    std::vector<double> milliseconds;
    for (std::span<const Record> left(records); !left.empty();) {
        const auto some = left.first(std::min(left.size(), transaction_records));
        const Stopwatch watch;
        require_done(rd_kafka_begin_transaction(producer.get()));
        for (const Record& record : some) produce(producer.get(), topic_, record);
        require_done(rd_kafka_commit_transaction(producer.get(), patience_ms));
        milliseconds.push_back(watch.seconds() * 1'000);
        left = left.subspan(some.size());
    }
    return milliseconds;
}

double BareKafka::read(std::uint64_t count) const {
    // With a short queue it would back off each time that is full.
    const Client consumer = client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", brokers_},
                                                       {"group.id", "bare"},
                                                       {"enable.auto.commit", "false"},
                                                       {"isolation.level", "read_committed"},
                                                       {"queued.min.messages", "1000000"},
                                                       {"max.partition.fetch.bytes", "4194304"}});
    rd_kafka_poll_set_consumer(consumer.get());
    rd_kafka_topic_partition_list_t* const places = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(places, topic_.c_str(), 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
    const auto assigned = rd_kafka_assign(consumer.get(), places);
    rd_kafka_topic_partition_list_destroy(places);
    require_done(assigned);
    std::optional<Stopwatch> watch;
    for (std::uint64_t read = 0; read < count; ++read) {
        const Message message(rd_kafka_consumer_poll(consumer.get(), patience_ms));
        if (!message) fail("no entry came");
        require_done(message->err);
        if (!watch) watch.emplace();
    }
    return watch.value().rate(count - 1);
}

}  // namespace contrail::bench
