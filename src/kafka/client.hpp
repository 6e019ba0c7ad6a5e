#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "base/file_descriptor.hpp"
#include "kafka/endpoint.hpp"
#include "kafka/handles.hpp"

namespace contrail::kafka {

/// The longest that one call waits for a broker. librdkafka's own limits are minutes, or none: each call that waits
/// takes its time from here. After any failure the owner destroys the client. A handle whose leader is gone hung for
/// minutes where a new one took a second, and begin_transaction() can hang after a fatal error (librdkafka #4420).
constexpr std::chrono::seconds call_time_max{5};

/// call_time_max, as librdkafka takes it.
constexpr int call_patience() {
    return static_cast<int>(std::chrono::milliseconds(call_time_max).count());
}

/// What is left until `deadline`, as librdkafka takes it.
int milliseconds_until(base::Deadline deadline);

/// One handle of librdkafka, silent, with its problems kept for the message of a failure.
///
/// Errors   Throws Error (Retry::never) at a setting that librdkafka does not know.
/// Threads  Not thread-safe: callbacks run inside the calls of the owner's thread.
class Client {
public:
    using Option = std::pair<const char*, std::string>;
    using OnDelivery = std::function<void(const rd_kafka_message_t&)>;

    Client(rd_kafka_type_t kind, const Endpoint& endpoint, std::initializer_list<Option> options,
           OnDelivery on_delivery = {});

    [[nodiscard]] rd_kafka_t* get() const { return handle_.get(); }

    /// Throws Error (Retry::call) if no broker could be reached since the last call.
    void require_brokers() const;

    /// True if the topic exists. Waits until its leader is known: the first produce or query would else wait for a
    /// timer of a second.
    [[nodiscard]] bool has_topic(const std::string& topic) const;

private:
    struct State {
        bool brokers_down = false;
        std::string problem;
        OnDelivery on_delivery;
    };

    std::unique_ptr<State> state_;
    Handle<rd_kafka_t> handle_;
};

}  // namespace contrail::kafka
