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

// A note is believed only where the stream itself agrees. A group is part of its stream: what empties, deletes,
// replaces or rolls back the one does the same to the other. XREAD finds what another program has appended after
// the head.
//
// Redis 5 refuses XREAD in a script. Users with few rights may not use XRANGE; Redis 5 knows no rights.
//
// XINFO STREAM is for a stream without a note. It looks for the name of the value, because Redis versions differ in its
// place.
const std::string_view lua_stream_ends = R"lua(
local head_note, first_note = 'contrail.head', 'contrail.first'

local function notes_of(key)
    local notes = {}
    for _, group in ipairs(redis.call('XINFO', 'GROUPS', key)) do
        for i = 3, #group, 2 do
            if group[i] == 'last-delivered-id' then notes[group[2]] = group[i + 1] end
        end
    end
    return notes
end

local function note(key, name, id)
    if redis.pcall('XGROUP', 'SETID', key, name, id).err then redis.pcall('XGROUP', 'CREATE', key, name, id) end
end

local function first_after(key, id)
    local found = redis.pcall('XREAD', 'COUNT', 1, 'STREAMS', key, id)
    if found and found.err and string.find(found.err, 'not allowed from script') then
        local ms, offset = string.match(id, '^(%d+)-(%d+)$')
        local entry = redis.call('XRANGE', key, ms .. '-' .. string.format('%.0f', offset + 1), '+', 'COUNT', 1)[1]
        return entry and entry[1]
    end
    if found and found.err then redis.call('XREAD', 'COUNT', 1, 'STREAMS', key, id) end
    return found and found[1][2][1][1]
end

local function head_of(key)
    if redis.call('EXISTS', key) == 0 then return '0-0', {} end
    local notes = notes_of(key)
    local noted = notes[head_note]
    if noted and not first_after(key, noted) then return noted, notes end
    local info = redis.call('XINFO', 'STREAM', key)
    for i = 1, #info, 2 do
        if info[i] == 'last-generated-id' then return info[i + 1], notes end
    end
end
)lua";

std::string lua_with_head(std::string_view body) {
    return std::string(lua_stream_ends)
        .append(R"lua(
local call, stream = redis.call, KEYS[1]
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
