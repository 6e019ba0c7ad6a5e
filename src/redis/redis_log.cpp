#include "redis/redis_log.hpp"

#include <algorithm>
#include <utility>

#include "contrail/error.hpp"
#include "contrail/redis.hpp"
#include "redis/answers.hpp"
#include "redis/append_script.hpp"
#include "redis/command.hpp"
#include "redis/replace_script.hpp"
#include "redis/retention_scripts.hpp"
#include "redis/status_board.hpp"

namespace contrail::redis {

namespace {

using std::chrono::milliseconds;

/// "For ever" in milliseconds would overflow on its way; nobody minds a wait that ends after a day.
constexpr milliseconds block_max = std::chrono::hours(24);

/// Dropped at once: some milliseconds of Redis's one thread, so that nobody waits for long.
constexpr std::uint64_t trim_entries_max = 500'000;

/// Copied while all others wait, which takes some milliseconds. Above what a streamer sends in the time that
/// it takes to ask for this, or a busy log could never be replaced.
constexpr std::uint64_t replace_copies_max = 10'000;

}  // namespace

RedisLog::RedisLog(Endpoint endpoint, const StreamName& stream, Timeouts timeouts)
    : connection_(std::move(endpoint), timeouts),
      stream_(stream.str()),
      positions_key_(stream_ + ":positions"),
      cut_offs_key_(stream_ + ":cut_off"),
      status_key_(status_key(stream_)) {}

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
        forget_requests();
        if (!in_doubt) throw Error(error.retry(), message);
        throw Error(Retry::in_doubt,
                    message + " What was sent before may have been appended; the log's head tells.");
    } catch (...) {
        forget_requests();
        throw;
    }
}

/// Puts one more request into the command buffer. It is noted before it is sent: should the connection be
/// lost on the way, it may have arrived.
template <class... Arguments>
void RedisLog::put(Request request, const Arguments&... arguments) {
    open();
    add_command(connection_.commands(), arguments...);
    unanswered_.push_back(request);
}

/// Sends a request and waits for its answer, which may be an error. It comes after all answers before it.
template <class... Arguments>
const Reply& RedisLog::ask(const Arguments&... arguments) {
    put({Answer::asked}, arguments...);
    connection_.send();
    return receive_asked();
}

RecordId RedisLog::head() {
    return attempt("ask for the head of", [&] {
        const Reply& answer = ask("XINFO", "STREAM", stream_);
        appended_.clear();
        return head_in_info(answer);
    });
}

LogUsage RedisLog::usage() {
    return attempt("ask how much memory is taken by", [&] {
        put({Answer::asked}, "XINFO", "STREAM", stream_);
        put({Answer::asked}, "MEMORY", "USAGE", stream_);
        put({Answer::asked}, "INFO", "memory");
        connection_.send();
        LogUsage usage;
        assign_info(receive_asked(), usage);
        usage.bytes = bytes_in(receive_asked());
        assign_memory(receive_asked(), usage);
        return usage;
    });
}

void RedisLog::append_begin(RecordId expected, std::span<const Record> records) {
    attempt("append to", [&] {
        open();
        add_append(connection_.commands(), stream_, expected, records);
        unanswered_.push_back({Answer::append});
        connection_.send();
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

void RedisLog::read_begin(RecordId after, const ChunkLimits& limits, milliseconds wait_max) {
    attempt("read from", [&] {
        if (limits.records_max == 0 || limits.bytes_max == 0)
            throw Error(Retry::never, "was not asked for nothing. This is a fault of the program.");
        limits_ = limits;

        const bool goes_on = goes_on_after(after);
        forget_reads_begun();
        if (goes_on) {
            unanswered_.front().answer = Answer::read;
            open();
            return connection_.send();  // the reports that wait
        }
        const std::uint64_t count = read_size_.entries(limits);
        const milliseconds block = std::min(wait_max, block_max);
        if (block <= milliseconds(0)) {  // BLOCK 0 would mean for ever
            put({Answer::read, milliseconds(0), count}, "XREAD", "COUNT", count, "STREAMS", stream_, after);
        } else {
            const auto block_ms = static_cast<std::uint64_t>(block.count());
            put({Answer::read, block, count}, "XREAD", "COUNT", count, "BLOCK", block_ms, "STREAMS", stream_,
                after);
        }
        connection_.send();
    });
}

void RedisLog::read_end(std::vector<Record>& records) {
    attempt("read from", [&] { read_chunk(records, &throw_not_a_record); });
}

void RedisLog::scan_end(std::vector<Record>& records, std::vector<RecordId>& foreign) {
    attempt("look through", [&] { read_chunk(records, [&](RecordId id) { foreign.push_back(id); }); });
}

void RedisLog::report_position(const ConsumerName& consumer, RecordId position) {
    positions_to_send_.insert_or_assign(consumer, position);
}

std::map<ConsumerName, RecordId> RedisLog::positions() {
    return attempt("ask for the consumers' positions in",
                   [&] { return positions_in(ask("HGETALL", positions_key_)); });
}

void RedisLog::trim(RecordId keep_from) {
    attempt("trim", [&] {
        while (dropped_by_trim(ask("EVAL", trim_script(), std::uint64_t{3}, stream_, positions_key_,
                                   cut_offs_key_, keep_from, trim_entries_max)) > 0) {
        }
    });
}

RecordId RedisLog::restart(RecordId expected, RecordId head) {
    return attempt("restart", [&] {
        if (head < expected)
            throw Error(Retry::never, "was not asked to set the head back from " + expected.to_string() +
                                          " to " + head.to_string() + ". This is a fault of the program.");
        return head_after("restart",
                          ask("EVAL", restart_script(), std::uint64_t{1}, stream_, expected, head));
    });
}

void RedisLog::mark_cut_off(const ConsumerName& consumer, const std::optional<CutOff>& cut_off) {
    attempt("leave word of a cut-off beside", [&] {
        require_no_error(cut_off ? ask("EVAL", set_fields_script(), std::uint64_t{1}, cut_offs_key_,
                                       consumer.str(), cut_off_text(*cut_off))
                                 : ask("HDEL", cut_offs_key_, consumer.str()));
    });
}

std::optional<CutOff> RedisLog::cut_off(const ConsumerName& consumer) {
    return attempt("read a consumer's cut-off notice beside",
                   [&] { return cut_off_in(ask("HGET", cut_offs_key_, consumer.str())); });
}

std::optional<RecordId> RedisLog::first_after(RecordId id) {
    std::vector<Record> found;
    read_begin(id, {.records_max = 1}, milliseconds(0));
    read_end(found);
    return found.empty() ? std::nullopt : std::optional(found.front().id);
}

std::map<ConsumerName, CutOff> RedisLog::cut_offs() {
    return attempt("ask who was cut off from", [&] { return cut_offs_in(ask("HGETALL", cut_offs_key_)); });
}

void RedisLog::forget(const ConsumerName& consumer) {
    attempt("forget a consumer of", [&] {
        positions_to_send_.erase(consumer);
        put({Answer::asked}, "HDEL", positions_key_, consumer.str());
        put({Answer::asked}, "HDEL", cut_offs_key_, consumer.str());
        put({Answer::asked}, "HDEL", status_key_, consumer_field(consumer.str()));
        connection_.send();
        require_no_error(receive_asked());
        require_no_error(receive_asked());
        require_no_error(receive_asked());
    });
}

void RedisLog::remove() {
    attempt("remove", [&] { require_no_error(ask("UNLINK", stream_)); });
}

bool RedisLog::replace_by(const RedisLog& fresh) {
    return attempt("put a fresh stream in place of", [&] {
        return replaced(
            ask("EVAL", replace_script(), std::uint64_t{2}, stream_, fresh.stream_, replace_copies_max));
    });
}

/// Connects if need be, and puts the reports that wait in front of the request to come.
void RedisLog::open() {
    connection_.open();
    if (positions_to_send_.empty()) return;
    begin_command(connection_.commands(), 4 + 2 * positions_to_send_.size());
    add_argument(connection_.commands(), "EVAL");
    add_argument(connection_.commands(), set_fields_script());
    add_argument(connection_.commands(), std::uint64_t{1});
    add_argument(connection_.commands(), positions_key_);
    for (const auto& [consumer, position] : positions_to_send_) {
        add_argument(connection_.commands(), consumer.str());
        add_argument(connection_.commands(), position);
    }
    for (const auto& [consumer, position] : std::exchange(positions_to_send_, {}))
        positions_sent_.insert_or_assign(consumer, position);
    unanswered_.push_back({Answer::reported});
}

const RedisLog::Request& RedisLog::oldest() const {
    if (!unanswered_.empty()) return unanswered_.front();
    throw Error(
        Retry::never,
        "was not asked for that: it was never begun, or is forgotten. This is a fault of the program.");
}

/// The answer to the oldest request, which did not ask for entries.
const Reply& RedisLog::receive() {
    const Reply& answer = connection_.receive(oldest().block);
    unanswered_.pop_front();
    return answer;
}

/// The answer to the oldest request that was asked, after all answers before it.
const Reply& RedisLog::receive_asked() {
    while (oldest().answer != Answer::asked) settle_oldest();
    return receive();
}

/// Takes in the answer to the oldest request on the way to another's.
void RedisLog::settle_oldest() {
    switch (oldest().answer) {
        case Answer::read:
        case Answer::unread:
            for (Entries& entries = open_reading().entries; entries.next() != nullptr;) {
            }
            return close_reading();
        case Answer::append:
            return appended_.push_back(head_after("append", receive()));
        case Answer::reported:
            return settle_report(receive());
        case Answer::asked:
        case Answer::dropped:
            require_no_error(receive());
    }
}

void RedisLog::settle_report(const Reply& answer) {
    // A server that cannot write still has records to read, and consumers that go on are what makes room.
    if (writes_later(answer)) {
        positions_to_send_.merge(positions_sent_);  // newer positions stay as they are
    } else {
        require_no_error(answer);
    }
    positions_sent_.clear();
}

/// True if the oldest answer holds entries that were not read yet, and the first of them follows `after`.
bool RedisLog::goes_on_after(RecordId after) const {
    return reading_ && reading_->read_to == after;
}

void RedisLog::forget_reads_begun() {
    for (Request& request : unanswered_)
        if (request.answer == Answer::read) request.answer = Answer::unread;
}

/// Ends a read, and tells `on_foreign` the ids of entries that are not records.
template <class OnForeign>
void RedisLog::read_chunk(std::vector<Record>& records, OnForeign on_foreign) {
    while (oldest().answer != Answer::read) settle_oldest();
    Reading& reading = open_reading();

    std::size_t count = 0;
    std::size_t bytes = 0;
    while (count < limits_.records_max && bytes < limits_.bytes_max) {
        const Reply* const entry = reading.entries.next();
        if (entry == nullptr) break;
        if (count == records.size()) records.emplace_back();
        Record& record = records[count];
        const bool is_record = assign_entry(*entry, record);
        reading.read_to = record.id;
        if (!is_record) {
            on_foreign(record.id);
            continue;
        }
        ++count;
        bytes += record.action.size() + record.object.size() + record.data.size();
    }
    records.resize(count);

    reading.records += count;
    reading.bytes += bytes;
    if (reading.entries.all_received()) {
        close_reading();
    } else {
        unanswered_.front().answer = Answer::unread;
    }
}

RedisLog::Reading& RedisLog::open_reading() {
    if (!reading_) reading_.emplace(Reading{.entries = Entries(connection_, oldest().block)});
    return *reading_;
}

void RedisLog::close_reading() {
    read_size_.learn(oldest().entries_max, reading_->records, reading_->bytes);
    reading_.reset();
    unanswered_.pop_front();
}

/// True if an append was sent and its caller has not been told of the outcome.
bool RedisLog::append_in_doubt() const {
    return !appended_.empty() ||
           std::any_of(unanswered_.begin(), unanswered_.end(),
                       [](const Request& request) { return request.answer == Answer::append; });
}

void RedisLog::forget_requests() noexcept {
    connection_.close();
    unanswered_.clear();
    appended_.clear();
    reading_.reset();
    positions_sent_.clear();
}

}  // namespace contrail::redis

namespace contrail {

std::unique_ptr<Log> redis_log(const Settings& settings) {
    return std::make_unique<redis::RedisLog>(redis::endpoint_of(settings), StreamName(settings.stream_name));
}

}  // namespace contrail
