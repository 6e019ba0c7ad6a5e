#include "kafka/client.hpp"

#include <algorithm>
#include <array>
#include <future>
#include <thread>
#include <utility>

#include "core/log_url.hpp"
#include "kafka/errors.hpp"

namespace contrail::kafka {

namespace {

void set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
    std::array<char, 512> problem{};
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), problem.data(), problem.size()) !=
        RD_KAFKA_CONF_OK)
        refuse_log_url("has the parameter " + name + ", which librdkafka refuses");
}

}  // namespace

void destroy_in_time(rd_kafka_t* handle) noexcept {
    constexpr std::chrono::seconds patience{1};
    // A reader leaves without a farewell: it is in no group, and a farewell waits for a broker that may be gone.
    std::packaged_task<void()> destroy(
        [handle] { rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE); });
    const std::future<void> done = destroy.get_future();
    std::thread(std::move(destroy)).detach();
    done.wait_for(patience);
}

int milliseconds_until(base::Deadline deadline) {
    using std::chrono::milliseconds;
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::max(left, milliseconds(0)).count());
}

Client::Client(rd_kafka_type_t kind, const Endpoint& endpoint, std::initializer_list<Option> options,
               OnDelivery on_delivery)
    : state_(std::make_unique<State>()) {
    state_->on_delivery = std::move(on_delivery);
    Handle<rd_kafka_conf_t> conf(rd_kafka_conf_new());
    for (const auto& [name, value] : endpoint.settings) set(conf.get(), name, value);
    set(conf.get(), "bootstrap.servers", endpoint.brokers);
    set(conf.get(), "client.id", "contrail");
    set(conf.get(), "socket.timeout.ms", std::to_string(call_patience()));
    // A topic that is missing may have been created a moment ago. For half a minute librdkafka would therefore let each
    // call wait its whole time, also where the topic was deleted. Callers make a new handle, and call again.
    set(conf.get(), "topic.metadata.propagation.max.ms", "1000");
    set(conf.get(), "reconnect.backoff.max.ms", "1000");
    for (const auto& [name, value] : options) set(conf.get(), name, value);

    rd_kafka_conf_set_log_cb(conf.get(), nullptr);  // what matters is in the errors of calls
    rd_kafka_conf_set_opaque(conf.get(), state_.get());
    rd_kafka_conf_set_error_cb(conf.get(), [](rd_kafka_t*, int code, const char* reason, void* opaque) {
        auto& state = *static_cast<State*>(opaque);
        if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
            state.brokers_down = true;
        } else {
            state.problem = reason;
        }
    });
    if (kind == RD_KAFKA_PRODUCER)
        rd_kafka_conf_set_dr_msg_cb(conf.get(),
                                    [](rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
                                        const auto& state = *static_cast<State*>(opaque);
                                        if (state.on_delivery) state.on_delivery(*message);
                                    });

    std::array<char, 512> problem{};
    handle_.reset(rd_kafka_new(kind, conf.get(), problem.data(), problem.size()));
    if (!handle_)
        throw Error(Retry::never, "cannot be used with these settings: " + std::string(problem.data()) + ".");
    static_cast<void>(conf.release());  // the handle owns it now
    if (kind == RD_KAFKA_CONSUMER) rd_kafka_poll_set_consumer(handle_.get());
}

void Client::require_brokers() const {
    if (state_->brokers_down) throw_error(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, state_->problem);
}

bool Client::has_topic(const std::string& topic) const {
    const Handle<rd_kafka_topic_t> handle(rd_kafka_topic_new(get(), topic.c_str(), nullptr));
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto answer = rd_kafka_metadata(get(), 0, handle.get(), &metadata, call_patience());
    const Handle<const rd_kafka_metadata_t> owned(metadata);
    throw_if_failed(answer);
    const auto& found = metadata->topics[0];
    if (found.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return false;
    throw_if_failed(found.err);
    if (found.partition_cnt != 1)
        throw Error(Retry::never, "has the topic " + topic +
                                      " in several partitions. A log is one order: create the "
                                      "topic with one partition.");
    throw_if_failed(found.partitions[0].err);
    return true;
}

}  // namespace contrail::kafka
