#include "redis/log.hpp"

#include <algorithm>
#include <utility>
#include <utility>

#include "contrail/error.hpp"
#include "contrail/redis.hpp"
#include "redis/answers.hpp"
#include "redis/append_script.hpp"
#include "redis/command.hpp"

namespace contrail::redis {

namespace {

using std::chrono::milliseconds;

/// "For ever" in milliseconds would overflow on its way; nobody minds a wait that ends after a day.
constexpr milliseconds block_max = std::chrono::hours(24);

}  // namespace

RedisLog::RedisLog(Endpoint endpoint, const StreamName& stream, Timeouts timeouts)
    : connection_(std::move(endpoint), timeouts),
      stream_(stream.str()),
      positions_key_(stream_ + ":positions") {}

/// Runs one call of the port. What it throws is told as a whole sentence, and everything begun is
/// forgotten with the connection: after an error nobody knows which answer belongs to what; and a server
/// that refuses to write (READONLY) may, after a failover, no longer be the one behind the address.
template <class Call>
auto RedisLog::attempt(std::string_view what, Call call) {
    try {
        return call();
    } catch (const Error& error) {
        std::string message = "Could not " + std::string(what) + " the log " + stream_ + ": Redis at " +
                              connection_.endpoint().name() + ' ' + error.what();
        const bool in_doubt = error.retry() == Retry::call && append_in_doubt();
        forget();
        if (!in_doubt) throw Error(error.retry(), message);
        throw Error(Retry::in_doubt,
                    message + " What was sent before may have been appended; the log's head tells.");
    } catch (...) {
        forget();
        throw;
    }
}

template <class... Arguments>
void RedisLog::begin(Request request, const Arguments&... arguments) {
    open();
    add_command(connection_.commands(), arguments...);
    send(request);
}

/// Sends a request and waits for its answer, which may be an error. It comes after all answers before it.
template <class... Arguments>
const Reply& RedisLog::ask(const Arguments&... arguments) {
    begin({Answer::asked}, arguments...);
    while (oldest().answer != Answer::asked) settle_oldest();
    return receive();
}

RecordId RedisLog::head() {
    return attempt("ask for the head of", [&] {
        const Reply& answer = ask("XINFO", "STREAM", stream_);
        appended_.clear();
        return head_in_info(answer);
    });
}

std::uint64_t RedisLog::length() {
    return attempt("ask for the length of", [&] { return length_in(ask("XLEN", stream_)); });
}

void RedisLog::append_begin(RecordId expected, std::span<const Record> records) {
    attempt("append to", [&] {
        open();
        add_append(connection_.commands(), stream_, expected, records);
        send({Answer::append});
    });
}

RecordId RedisLog::append_end() {
    return attempt("append to", [&] {
        while (appended_.empty()) settle_oldest();
        const RecordId head = appended_.front();
        appended_.pop_front();
        return head;
    });
}

void RedisLog::read_begin(RecordId after, std::size_t count_max, milliseconds wait_max) {
    attempt("read from", [&] {
        for (Request& request : unanswered_)
            if (request.answer == Answer::read) request.answer = Answer::dropped;

        const milliseconds block = std::min(wait_max, block_max);
        const std::uint64_t count = count_max;
        if (count == 0)  // which would mean all
            throw Error(Retry::never, "was not asked for zero records. This is a fault of the program.");
        if (block <= milliseconds(0))  // BLOCK 0 would mean for ever
            return begin({Answer::read}, "XREAD", "COUNT", count, "STREAMS", stream_, after);
        const auto block_ms = static_cast<std::uint64_t>(block.count());
        begin({Answer::read, block}, "XREAD", "COUNT", count, "BLOCK", block_ms, "STREAMS", stream_, after);
    });
}

void RedisLog::read_end(std::vector<Record>& records) {
    attempt("read from", [&] {
        while (oldest().answer != Answer::read) settle_oldest();
        assign_entries(receive(), records);
    });
}

void RedisLog::report_position(const ConsumerName& consumer, RecordId position) {
    positions_to_send_.insert_or_assign(consumer, position);
}

std::map<ConsumerName, RecordId> RedisLog::positions() {
    return attempt("ask for the consumers' positions in",
                   [&] { return positions_in(ask("HGETALL", positions_key_)); });
}

/// Connects if need be, and puts the reports that wait in front of the request to come.
void RedisLog::open() {
    connection_.open();
    if (positions_to_send_.empty()) return;
    begin_command(connection_.commands(), 2 + 2 * positions_to_send_.size());
    add_argument(connection_.commands(), "HSET");
    add_argument(connection_.commands(), positions_key_);
    for (const auto& [consumer, position] : positions_to_send_) {
        add_argument(connection_.commands(), consumer.str());
        add_argument(connection_.commands(), position);
    }
    for (const auto& [consumer, position] : std::exchange(positions_to_send_, {}))
        positions_sent_.insert_or_assign(consumer, position);
    unanswered_.push_back({Answer::reported});
}

/// Sends what stands in the command buffer, whose last command is `request`. It is noted first: should the
/// connection be lost on the way, an append may have arrived.
void RedisLog::send(Request request) {
    unanswered_.push_back(request);
    connection_.send();
}

const RedisLog::Request& RedisLog::oldest() const {
    if (!unanswered_.empty()) return unanswered_.front();
    throw Error(
        Retry::never,
        "was not asked for that: it was never begun, or is forgotten. This is a fault of the program.");
}

/// The answer to the oldest request.
const Reply& RedisLog::receive() {
    const Reply& answer = connection_.receive(oldest().block);
    unanswered_.pop_front();
    return answer;
}

/// Takes in the answer to the oldest request on the way to another's.
void RedisLog::settle_oldest() {
    const Answer kind = oldest().answer;
    const Reply& answer = receive();
    if (kind == Answer::reported && writes_later(answer)) {
        // A server that is full still has records to read, and consumers that go on are what makes room.
        // Newer positions stay as they are.
        positions_to_send_.merge(positions_sent_);
    } else {
        require_no_error(answer);
    }
    if (kind == Answer::reported) positions_sent_.clear();
    if (kind == Answer::append) appended_.push_back(head_after_append(answer));
}

/// True if an append was sent and its caller has not been told of the outcome.
bool RedisLog::append_in_doubt() const {
    return !appended_.empty() ||
           std::any_of(unanswered_.begin(), unanswered_.end(),
                       [](const Request& request) { return request.answer == Answer::append; });
}

void RedisLog::forget() noexcept {
    connection_.close();
    unanswered_.clear();
    appended_.clear();
    positions_sent_.clear();
}

}  // namespace contrail::redis

namespace contrail {

std::unique_ptr<Log> redis_log(const Settings& settings) {
    return std::make_unique<redis::RedisLog>(redis::endpoint_of(settings), StreamName(settings.stream_name));
}

}  // namespace contrail
