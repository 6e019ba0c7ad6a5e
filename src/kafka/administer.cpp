#include "kafka/administer.hpp"

#include <array>
#include <chrono>

#include "kafka/errors.hpp"

namespace contrail::kafka {

Handle<rd_kafka_event_t> administer(
    const Client& client, rd_kafka_admin_op_t operation,
    const std::function<void(rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& send) {
    const Handle<rd_kafka_queue_t> answers(rd_kafka_queue_new(client.get()));
    const Handle<rd_kafka_AdminOptions_t> options(rd_kafka_AdminOptions_new(client.get(), operation));
    const auto patience = std::chrono::steady_clock::now() + call_time_max;
    std::array<char, 128> problem{};
    throw_if_failed(rd_kafka_AdminOptions_set_request_timeout(options.get(), milliseconds_until(patience),
                                                              problem.data(), problem.size()));
    send(options.get(), answers.get());
    Handle<rd_kafka_event_t> answer(rd_kafka_queue_poll(answers.get(), milliseconds_until(patience)));
    if (!answer) throw_error(RD_KAFKA_RESP_ERR__TIMED_OUT);
    if (rd_kafka_event_error(answer.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
        throw_error(rd_kafka_event_error(answer.get()), rd_kafka_event_error_string(answer.get()));
    return answer;
}

}  // namespace contrail::kafka
