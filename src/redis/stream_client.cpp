#include "redis/stream_client.hpp"

#include <utility>

namespace contrail::redis {

StreamClient::StreamClient(Endpoint endpoint, const StreamName& stream, Timeouts timeouts)
    : pipeline_(Keys(stream, endpoint.in_cluster())),
      connection_(std::move(endpoint), stream.str(), timeouts) {}

void StreamClient::send() {
    connection_->send(pipeline_.outgoing());
    pipeline_.sent();
}

RecordId StreamClient::receive_appended() {
    while (!pipeline_.has_appended()) pipeline_.take(receive_expected());
    return pipeline_.take_appended();
}

void StreamClient::receive_chunk(std::vector<Record>& records, std::vector<RecordId>& foreign) {
    while (!pipeline_.has_chunk()) pipeline_.take(receive_expected());
    pipeline_.take_chunk(records, foreign);
}

const Reply& StreamClient::receive_reply() {
    for (;;) {
        const Reply& reply = receive_expected();
        if (pipeline_.take(reply) == Pipeline::Request::other) return reply;
    }
}

const Reply& StreamClient::receive_expected() {
    const Pipeline::Expected next = pipeline_.expected();
    return next.head ? connection_->receive_head(next.block) : connection_->receive(next.block);
}

/// Forgets what was begun, and makes a whole sentence of what failed.
Error StreamClient::failed(std::string_view what, const Error& error) {
    std::string message = "Could not " + std::string(what) + " the log " + keys().stream + ": Redis at " +
                          connection_.name() + ' ' + error.what();
    const Retry retry = pipeline_.fail(error.retry());
    connection_.close();
    if (retry == Retry::in_doubt)
        message += " What was sent before may have been appended; the log's head tells.";
    return {retry, message};
}

}  // namespace contrail::redis
