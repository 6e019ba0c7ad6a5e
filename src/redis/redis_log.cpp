#include "redis/redis_log.hpp"

#include <random>
#include <utility>

#include "contrail/redis.hpp"
#include "core/owner_note.hpp"
#include "core/require.hpp"
#include "redis/extent_script.hpp"
#include "redis/identity_scripts.hpp"
#include "redis/replies.hpp"
#include "redis/retention_scripts.hpp"
#include "status/status_board.hpp"

namespace contrail::redis {

namespace {

using std::chrono::milliseconds;

/// Dropped by one script: some milliseconds of Redis's one thread. More would keep every other client
/// waiting.
constexpr std::uint64_t trim_entries_max = 500'000;

constexpr std::chrono::seconds scan_time_max{4};

}  // namespace

RedisLog::RedisLog(Endpoint endpoint, const StreamName& stream, Timeouts timeouts)
    : client_(std::move(endpoint), stream, timeouts) {}

void RedisLog::act_for(const OutboxIdentity& outbox) {
    client_.attempt("change", [&] {
        client_.pipeline().act_for(outbox);
        head_after("check the outbox", client_.ask_for_outbox(check_outbox_script(), {}));
    });
}

std::string RedisLog::incarnation() {
    return client_.attempt("ask for the incarnation of", [&] {
        std::random_device random;
        const std::string name_if_new = std::to_string(random()) + '.' + std::to_string(random());
        return std::string(
            require_no_error(client_.ask_for_outbox(incarnation_script(), {}, name_if_new)).text);
    });
}

void RedisLog::claim(RecordId sealed, const std::string& incarnation) {
    client_.attempt("note the outbox of", [&] {
        if (!noted_by("note the outbox", client_.ask_for_outbox(claim_script(), {}, sealed, incarnation)))
            throw Error(
                Retry::call,
                "may have lost the log since the streamer looked for its place. The streamer looks again.");
    });
}

std::optional<OutboxIdentity> RedisLog::fed_by() {
    return client_.attempt("ask which outbox feeds",
                           [&] { return identity_in(client_.ask("HGETALL", client_.keys().identity)); });
}

RecordId RedisLog::assign_to(const OutboxIdentity& outbox, RecordId sealed, RecordId expected) {
    return client_.attempt("assign an outbox to", [&] {
        return head_after("assign an outbox",
                          client_.ask("EVAL", assign_script(), std::uint64_t{2}, client_.keys().stream,
                                      client_.keys().identity, expected, outbox.id, outbox.name, sealed));
    });
}

RecordId RedisLog::head() {
    return client_.attempt("ask for the head of", [&] {
        LogUsage usage;
        assign_extent(client_.ask("EVAL", extent_script(), std::uint64_t{0}, client_.keys().stream,
                                  client_.keys().identity),
                      usage);
        client_.pipeline().forget_appended();
        return usage.head;
    });
}

LogUsage RedisLog::usage() {
    return client_.attempt("ask how much memory is taken by", [&] {
        client_.pipeline().ask("EVAL", extent_script(), std::uint64_t{0}, client_.keys().stream,
                               client_.keys().identity);
        client_.pipeline().ask("MEMORY", "USAGE", client_.keys().stream);
        client_.pipeline().ask("INFO", "memory");
        client_.send();
        LogUsage usage;
        assign_extent(client_.receive_reply(), usage);
        usage.bytes = bytes_in(client_.receive_reply());
        assign_memory(client_.receive_reply(), usage);
        return usage;
    });
}

void RedisLog::append_begin(RecordId expected, std::span<const Record> records) {
    client_.attempt("append to", [&] {
        client_.pipeline().append(expected, records);
        client_.send();
    });
}

RecordId RedisLog::append_end() {
    return client_.attempt("append to", [&] { return client_.receive_appended(); });
}

RecordId RedisLog::restart(RecordId expected, RecordId head) {
    require(head >= expected, "a log restarts at its head or after it", head.to_string(),
            expected.to_string());
    return client_.attempt("restart", [&] {
        return head_after("restart", client_.ask_for_outbox(restart_script(), {}, expected, head));
    });
}

void RedisLog::read_begin(RecordId after, const ChunkLimits& limits, milliseconds wait_max) {
    client_.attempt("read from", [&] {
        client_.pipeline().read(after, limits, wait_max);
        client_.send();
    });
}

void RedisLog::read_end(std::vector<Record>& records) {
    client_.attempt("read from", [&] {
        std::vector<RecordId> foreign;
        client_.receive_chunk(records, foreign);
        if (!foreign.empty()) throw_not_a_record(foreign.front());
    });
}

void RedisLog::scan(RecordId after, const ChunkLimits& limits, milliseconds wait_max,
                    std::vector<Record>& records, std::vector<RecordId>& foreign) {
    // A silent server uses up this time with one attempt.
    const auto give_up = std::chrono::steady_clock::now() + scan_time_max;
    for (;;) {
        try {
            read_begin(after, limits, wait_max);
            client_.attempt("scan", [&] { client_.receive_chunk(records, foreign); });
            return;
        } catch (const Error& error) {
            const bool can_ask_for_less = client_.pipeline().lost_read() && error.retry() == Retry::call;
            if (!can_ask_for_less || std::chrono::steady_clock::now() > give_up) throw;
        }
    }
}

void RedisLog::consume_for(const ConsumerOwner& owner) {
    client_.pipeline().consume_for(owner);
}

void RedisLog::register_consumer(const ConsumerName& consumer, RecordId position) {
    client_.attempt("register a consumer of", [&] {
        const Keys& keys = client_.keys();
        const ConsumerOwner& owner = client_.pipeline().owner();
        require_no_error(client_.ask("EVAL", register_script(), std::uint64_t{2}, keys.positions, keys.owners,
                                     owner.id, owner.name, consumer.str(), position));
    });
}

void RedisLog::report_position(const ConsumerName& consumer, RecordId position) {
    client_.pipeline().report_position(consumer, position);
}

std::optional<CutOff> RedisLog::cut_off(const ConsumerName& consumer) {
    return client_.attempt("read a consumer's cut-off notice beside", [&] {
        return cut_off_in(client_.ask("HGET", client_.keys().cut_offs, consumer.str()));
    });
}

std::optional<RecordId> RedisLog::first_after(RecordId id) {
    return client_.attempt("search", [&] {
        return id_in(client_.ask("EVAL", first_after_script(), std::uint64_t{0}, client_.keys().stream, id));
    });
}

LogReports RedisLog::reports() {
    return client_.attempt("ask for the consumers' positions in", [&] {
        const Keys& keys = client_.keys();
        return reports_in(
            client_.ask("EVAL", reports_script(), std::uint64_t{0}, keys.positions, keys.owners));
    });
}

bool RedisLog::assign_owner(const ConsumerName& consumer, const NotedOwner& owner,
                            const std::optional<RecordId>& position, const std::string& expected) {
    return client_.attempt("note a consumer's owner beside", [&] {
        const Keys& keys = client_.keys();
        return noted_by(
            "note an owner",
            client_.ask_for_outbox(assign_owner_script(), {keys.owners, keys.positions}, consumer.str(),
                                   to_owner_note(owner), expected, position ? position->to_string() : ""));
    });
}

void RedisLog::withdraw_position(const ConsumerName& consumer) {
    client_.attempt("withdraw a consumer's position in", [&] {
        client_.pipeline().forget_position(consumer);
        require_no_error(
            client_.ask_for_outbox(withdraw_position_script(), {client_.keys().positions}, consumer.str()));
    });
}

StrayReports RedisLog::stray_reports() {
    return client_.attempt("check the consumers' positions in", [&] {
        return stray_reports_in(
            client_.ask("EVAL", stray_reports_script(), std::uint64_t{0}, client_.keys().positions));
    });
}

void RedisLog::trim(RecordId keep_from) {
    client_.attempt("trim", [&] {
        while (dropped_by_trim(client_.ask_for_outbox(trim_script(),
                                                      {client_.keys().positions, client_.keys().cut_offs},
                                                      keep_from, trim_entries_max)) > 0) {
        }
    });
}

void RedisLog::mark_cut_off(const ConsumerName& consumer, const std::optional<CutOff>& cut_off) {
    client_.attempt("write a cut-off notice beside", [&] {
        const std::string notice = cut_off ? cut_off_text(*cut_off) : "";
        require_no_error(
            client_.ask_for_outbox(mark_cut_off_script(), {client_.keys().cut_offs}, consumer.str(), notice));
    });
}

std::map<ConsumerName, CutOff> RedisLog::cut_offs() {
    return client_.attempt("ask for the cut-off notices beside",
                           [&] { return cut_offs_in(client_.ask("HGETALL", client_.keys().cut_offs)); });
}

void RedisLog::forget(const ConsumerName& consumer) {
    client_.attempt("forget a consumer of", [&] {
        client_.pipeline().forget_position(consumer);
        const Keys& keys = client_.keys();
        require_no_error(client_.ask_for_outbox(
            forget_script(), {keys.positions, keys.cut_offs, keys.status, keys.owners}, consumer.str(),
            status::consumer_field(consumer.str()), std::uint64_t{status::instances_max}));
    });
}

}  // namespace contrail::redis

namespace contrail {

std::unique_ptr<Log> redis_log(const Settings& settings) {
    return std::make_unique<redis::RedisLog>(redis::endpoint_of(settings), StreamName(settings.stream_name));
}

}  // namespace contrail
