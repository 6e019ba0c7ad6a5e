#include "redis/lua.hpp"

#include "redis/command.hpp"

namespace contrail::redis {

const std::string_view lua_id_functions = R"lua(
local function filled(digits) return string.rep('0', 20 - #digits) .. digits end
local function parts(id)
    local ms, offset = string.match(id, '^(%d+)-(%d+)$')
    if ms and #ms <= 20 and #offset <= 20 then return filled(ms), filled(offset) end
end
local function place(id)
    local ms, offset = parts(id)
    return ms and ms .. offset
end
)lua";

const std::string_view lua_server_run = R"lua(
local function server_run() return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') or '' end
)lua";

std::string lua_with_head(std::string_view body) {
    return std::string(R"lua(
local call, stream = redis.call, KEYS[1]

local function head_of(key)
    if call('EXISTS', key) == 0 then return '0-0' end
    local info = call('XINFO', 'STREAM', key)
    for i = 1, #info, 2 do
        if info[i] == 'last-generated-id' then return info[i + 1] end
    end
end
local head = head_of(stream)
)lua")
        .append(body);
}

// A log that holds records names its outbox: a streamer claims the log before it appends. If it names none, another
// program removed the name or wrote the records, and an operator must decide whose they are.
//
// One short string is compared. The names are read only for the refusal.
std::string lua_for_outbox(std::string_view body) {
    return lua_with_head(R"lua(
local identity, own_id, own_name = KEYS[2], ARGV[1], ARGV[2]
local feeding_id = call('HGET', identity, 'id') or ''

if feeding_id ~= own_id and not (feeding_id == '' and head == '0-0') then
    local function described(id, name)
        if id == '' then return 'no outbox' end
        return 'the outbox ' .. id .. ' (' .. name .. ')'
    end
    local feeding = described(feeding_id, call('HGET', identity, 'name') or '')
    return redis.error_reply('OTHEROUTBOX ' .. feeding .. ' feeds this log, and this program acts for ' ..
        described(own_id, own_name))
end
)lua")
        .append(body);
}

void begin_for_outbox(std::string& commands, const std::string& script, const Keys& keys,
                      const OutboxIdentity& outbox, std::initializer_list<std::string_view> more_keys,
                      std::size_t arguments) {
    constexpr std::size_t always = 7;  // EVAL, script, number of keys; stream, identity; id, name
    begin_command(commands, always + more_keys.size() + arguments);
    add_argument(commands, "EVAL");
    add_argument(commands, script);
    add_argument(commands, std::uint64_t{2 + more_keys.size()});
    add_argument(commands, keys.stream);
    add_argument(commands, keys.identity);
    for (const std::string_view key : more_keys) add_argument(commands, key);
    add_argument(commands, outbox.id);
    add_argument(commands, outbox.name);
}

}  // namespace contrail::redis
