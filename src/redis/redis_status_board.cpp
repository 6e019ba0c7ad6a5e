#include "redis/redis_status_board.hpp"

#include <cstdint>
#include <utility>

#include "redis/replies.hpp"

namespace contrail::redis {

namespace {

/// Keys: the hash. Arguments: the field, the status before and after its time, the state, and how many milliseconds a
/// status counts. The time is this server's own: a status has an age without comparing the clocks of two programs.
///
/// One instance works, the others stand by, and all share the field. HDEL comes first, because Redis refuses
/// HSET as a first write while it is out of memory.
const std::string& post_script() {
    static const std::string script = R"lua(
local time = redis.call('TIME')
local now_ms = time[1] .. string.format('%03d', math.floor(tonumber(time[2]) / 1000))

if ARGV[4] == 'standing_by' then
    local posted = redis.call('HGET', KEYS[1], ARGV[1]) or ''
    local state, at_ms = string.match(posted, '^{"state":"([a-z_]+)","at_ms":(%d+)')
    local works = state and state ~= 'standing_by' and state ~= 'stopped' and state ~= 'halted'
    if works and tonumber(now_ms) - tonumber(at_ms) < tonumber(ARGV[5]) then return 0 end
end
redis.call('HDEL', KEYS[1], ARGV[1])
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. now_ms .. ARGV[3])
)lua";
    return script;
}

/// Keys: the hash. Arguments: the consumer's field, the slot that this instance had last, the status before and after
/// its time, what the status of this instance contains and that of no other one does, the most slots, and after how
/// many milliseconds an instance is silent. Replies with the slot, or -1 if there is none. It needs no right to list
/// all fields of the hash.
const std::string& post_instance_script() {
    static const std::string script = R"lua(
local hash, field, slot, before, after, own = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local slots, silent_ms = tonumber(ARGV[6]), tonumber(ARGV[7])
local time = redis.call('TIME')
local now_ms = time[1] .. string.format('%03d', math.floor(tonumber(time[2]) / 1000))

local function in_slot(number) return redis.call('HGET', hash, field .. ':' .. number) end
local function is_own(posted) return posted and string.find(posted, own, 1, true) end
local function has_ended(posted)
    local state, at_ms = string.match(posted, '^{"state":"([a-z_]+)","at_ms":(%d+)')
    return not state or state == 'stopped' or state == 'halted' or tonumber(now_ms) - tonumber(at_ms) > silent_ms
end

if not is_own(in_slot(slot)) then
    slot = -1
    local ordinary = redis.call('HGET', hash, field)
    if ordinary and has_ended(ordinary) then redis.call('HDEL', hash, field) end
    for number = slots - 1, 0, -1 do
        local posted = in_slot(number)
        if posted and (is_own(posted) or has_ended(posted)) then
            redis.call('HDEL', hash, field .. ':' .. number)
            posted = false
        end
        if not posted then slot = number end
    end
    if slot < 0 then return slot end
end
redis.call('HDEL', hash, field .. ':' .. slot)
redis.call('HSET', hash, field .. ':' .. slot, before .. now_ms .. after)
return slot
)lua";
    return script;
}

/// The reply to TIME: seconds, and microseconds.
std::uint64_t milliseconds_in(const Reply& reply) {
    if (require_no_error(reply).elements.size() != 2) throw_unknown_form("TIME");
    const std::string joined =
        std::string(reply.elements[0].text) + '-' + std::string(reply.elements[1].text);
    const auto parts = RecordId::parse(joined);  // which is two numbers as well
    if (!parts) throw_unknown_form("TIME");
    return parts->sealed_ms * 1000 + parts->offset.value / 1000;
}

}  // namespace

RedisStatusBoard::RedisStatusBoard(Endpoint endpoint, const StreamName& stream, Timeouts timeouts)
    : client_(std::move(endpoint), stream, timeouts) {}

void RedisStatusBoard::post(const std::string& field, const status::ProgramStatus& status) {
    client_.attempt("publish the status beside", [&] {
        const status::StatusText text = to_text(status);
        require_no_error(client_.ask("EVAL", post_script(), std::uint64_t{1}, client_.keys().status, field,
                                     text.before_at_ms, text.after_at_ms, name(status.state),
                                     status::fresh_ms_max));
    });
}

void RedisStatusBoard::post_instance(const std::string& field, const status::ProgramStatus& status) {
    client_.attempt("publish the status beside", [&] {
        const status::StatusText text = to_text(status);
        const Reply& slot = require_no_error(
            client_.ask("EVAL", post_instance_script(), std::uint64_t{1}, client_.keys().status, field, slot_,
                        text.before_at_ms, text.after_at_ms, status::instance_mark(status.instance),
                        std::uint64_t{status::instances_max}, status::instance_silent_ms_max));
        slot_ = slot.integer < 0 ? 0 : static_cast<std::uint64_t>(slot.integer);
    });
}

status::StatusBoard::Posted RedisStatusBoard::read() {
    return client_.attempt("read the programs' statuses beside", [&] {
        client_.pipeline().ask("TIME");
        client_.pipeline().ask("HGETALL", client_.keys().status);
        client_.send();
        Posted posted{.statuses = {}, .now_ms = milliseconds_in(client_.receive_reply())};
        const auto pairs = require_no_error(client_.receive_reply()).elements;
        // Another program may have written a field that is not a status. Nothing depends on it.
        for (std::size_t i = 0; i + 1 < pairs.size(); i += 2)
            if (auto status = status::parse_program_status(pairs[i + 1].text))
                posted.statuses.emplace(pairs[i].text, std::move(*status));
        return posted;
    });
}

}  // namespace contrail::redis
