#include "kafka/fenced_producer.hpp"

#include <array>
#include <utility>

#include "core/require.hpp"
#include "kafka/errors.hpp"

namespace contrail::kafka {

namespace {

rd_kafka_vu_t unit(rd_kafka_vtype_t type) {
    rd_kafka_vu_t made{};
    made.vtype = type;
    return made;
}

void produce_to(const Client& client, const std::string& topic, Entry entry) {
    std::array<rd_kafka_vu_t, 7> units{};
    units[0] = unit(RD_KAFKA_VTYPE_TOPIC);
    units[0].u.cstr = topic.c_str();
    units[1] = unit(RD_KAFKA_VTYPE_PARTITION);
    units[1].u.i32 = 0;
    units[2] = unit(RD_KAFKA_VTYPE_MSGFLAGS);
    units[2].u.i = RD_KAFKA_MSG_F_COPY;
    units[3] = unit(RD_KAFKA_VTYPE_KEY);
    units[3].u.mem = {const_cast<char*>(entry.key.data()), entry.key.size()};
    units[4] = unit(RD_KAFKA_VTYPE_TIMESTAMP);
    units[4].u.i64 = entry.timestamp_ms;
    std::size_t count = 5;
    if (entry.value) {
        units[count] = unit(RD_KAFKA_VTYPE_VALUE);
        units[count++].u.mem = {const_cast<char*>(entry.value->data()), entry.value->size()};
    }
    if (entry.headers) {
        units[count] = unit(RD_KAFKA_VTYPE_HEADERS);
        units[count++].u.headers = entry.headers.get();
    }
    throw_if_failed(rd_kafka_produceva(client.get(), units.data(), count));
    static_cast<void>(entry.headers.release());  // librdkafka owns them now
}

}  // namespace

// A dead streamer holds up readers of committed entries until its transaction times out, or another streamer fences it.
// The queue holds all that one transaction can: several chunks of 1 MiB and a record.
FencedProducer::FencedProducer(const Endpoint& endpoint, const std::string& transactional_id) {
    client_.emplace(RD_KAFKA_PRODUCER, endpoint,
                    std::initializer_list<Client::Option>{{"transactional.id", transactional_id},
                                                          {"transaction.timeout.ms", "10000"},
                                                          {"acks", "all"},
                                                          {"linger.ms", "0"},
                                                          {"message.max.bytes", "2097152"},
                                                          {"queue.buffering.max.messages", "1000000"}},
                    [this](const rd_kafka_message_t& message) {
                        delivered_.push_back(message.offset);
                        if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) failure_ = message.err;
                    });
    throw_if_failed(rd_kafka_init_transactions(client_->get(), call_patience()));
    // A topic that the producer has never asked for is asked for by a timer, a second later.
    static_cast<void>(client_->has_topic(endpoint.topic));
    static_cast<void>(client_->has_topic(endpoint.notes_topic()));
}

void FencedProducer::begin() {
    delivered_.clear();
    failure_ = RD_KAFKA_RESP_ERR_NO_ERROR;
    throw_if_failed(rd_kafka_begin_transaction(client_->get()));
}

void FencedProducer::produce(const std::string& topic, Entry entry) {
    produce_to(*client_, topic, std::move(entry));
}

void FencedProducer::require_delivered() const {
    if (failure_ == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    // The producer's own error says why: fenced, for one. A delivery only says that it was purged.
    std::array<char, 512> reason{};
    const auto fatal = rd_kafka_fatal_error(client_->get(), reason.data(), reason.size());
    if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR) throw_error(fatal, reason.data());
    throw_error(failure_);
}

std::vector<std::int64_t> FencedProducer::flush() {
    const auto answer = rd_kafka_flush(client_->get(), call_patience());
    require_delivered();
    throw_if_failed(answer);
    return delivered_;
}

void FencedProducer::commit() {
    try {
        throw_if_failed(rd_kafka_commit_transaction(client_->get(), call_patience()));
    } catch (const Fenced&) {
        throw;
    } catch (const Error& error) {
        throw Error(Retry::in_doubt, error.what());
    }
}

void FencedProducer::abort() {
    throw_if_failed(rd_kafka_abort_transaction(client_->get(), call_patience()));
}

NotesProducer::NotesProducer(const Endpoint& endpoint) : topic_(endpoint.notes_topic()) {
    client_.emplace(RD_KAFKA_PRODUCER, endpoint,
                    std::initializer_list<Client::Option>{{"enable.idempotence", "true"}, {"linger.ms", "0"}},
                    [this](const rd_kafka_message_t& message) {
                        if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) failure_ = message.err;
                    });
    static_cast<void>(client_->has_topic(topic_));
}

void NotesProducer::put(const std::string& key, std::optional<std::string_view> value) {
    produce_to(*client_, topic_, Entry{.key = key, .value = value});
    rd_kafka_poll(client_->get(), 0);
}

void NotesProducer::flush() {
    throw_if_failed(rd_kafka_flush(client_->get(), call_patience()));
    throw_if_failed(std::exchange(failure_, RD_KAFKA_RESP_ERR_NO_ERROR));
}

}  // namespace contrail::kafka
