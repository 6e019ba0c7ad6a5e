#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/error.hpp"
#include "redis/log_connection.hpp"
#include "redis/pipeline.hpp"

namespace contrail::redis {

/// Carries a pipeline over a connection: sends what it says, and tells it what arrives.
///
/// Each call of a port is one attempt():
///
///     return client_.attempt("trim", [&] { return dropped_by_trim(client_.ask("EVAL", …)); });
///
/// Threads  Not thread-safe.
class StreamClient {
public:
    StreamClient(Endpoint endpoint, const StreamName& stream, Timeouts timeouts = {});

    [[nodiscard]] const Keys& keys() const noexcept { return pipeline_.keys(); }

    /// Connects if need be, and runs `call`. After an Error everything begun is forgotten with the
    /// connection: which reply belongs to which request is no longer known. And a server that refuses to
    /// write (READONLY) may, after a failover, no longer be the one behind the address.
    ///
    /// The Error that leaves is a whole sentence: "Could not <what> the log <stream>: Redis at <endpoint> …".
    /// It says Retry::in_doubt if an append may have happened whose caller was not told.
    template <class Call>
    auto attempt(std::string_view what, Call call);

    // The rest is for the inside of attempt().

    [[nodiscard]] Pipeline& pipeline() noexcept { return pipeline_; }

    /// Sends the requests that were made of the pipeline.
    void send();

    /// Receives the reply to the oldest append: the log's head after it.
    RecordId receive_appended();

    /// Receives what the read that was begun last returns: records, and the ids of entries that are not
    /// records.
    void receive_chunk(std::vector<Record>& records, std::vector<RecordId>& foreign);

    /// Receives the reply to the oldest Pipeline::ask(), after all replies before it. Valid until the next
    /// call.
    const Reply& receive_reply();

    /// Sends a command and waits for its reply, which may be an error. Valid until the next call.
    template <class... Arguments>
    const Reply& ask(const Arguments&... arguments) {
        pipeline_.ask(arguments...);
        send();
        return receive_reply();
    }

    /// The same with a script that changes the log for the outbox.
    template <class... Arguments>
    const Reply& ask_for_outbox(const std::string& script, std::initializer_list<std::string_view> keys,
                                const Arguments&... arguments) {
        pipeline_.ask_for_outbox(script, keys, arguments...);
        send();
        return receive_reply();
    }

private:
    const Reply& receive_expected();
    [[nodiscard]] Error failed(std::string_view what, const Error& error);

    Pipeline pipeline_;
    LogConnection connection_;
};

template <class Call>
auto StreamClient::attempt(std::string_view what, Call call) {
    try {
        connection_.open();
        return call();
    } catch (const Error& error) {
        throw failed(what, error);
    } catch (...) {
        pipeline_.fail(Retry::never);
        connection_.close();
        throw;
    }
}

}  // namespace contrail::redis
