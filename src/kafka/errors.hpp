#pragma once

#include <librdkafka/rdkafka.h>

#include <string>
#include <string_view>

#include "contrail/error.hpp"
#include "kafka/endpoint.hpp"

namespace contrail::kafka {

/// Another producer has taken over the log: nothing that this one writes is committed any more.
class Fenced : public Error {
public:
    explicit Fenced(const std::string& message) : Error(Retry::call, message) {}
};

/// The whole sentence of an error that completes "Kafka at host:9092 …".
Error whole_error(std::string_view attempted, const Endpoint& endpoint, const Error& error);

/// Throws what `code` means to the caller. The message completes "Kafka at host:9092 …"; `detail` is librdkafka's own
/// text, or empty.
[[noreturn]] void throw_error(rd_kafka_resp_err_t code, const std::string& detail = "");

void throw_if_failed(rd_kafka_resp_err_t code);

/// Of a call that returns an error object. Destroys it.
void throw_if_failed(rd_kafka_error_t* error);

}  // namespace contrail::kafka
