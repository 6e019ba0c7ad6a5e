#include "redis/retention_scripts.hpp"

#include "redis/lua.hpp"

namespace contrail::redis {

namespace {

// Lua's numbers are doubles, which do not hold 64 bits: ids are compared as strings of digits, filled up with
// zeros. (Not with spaces: Lua compares as the server's locale does, and some of those skip spaces.)
constexpr std::string_view id_functions = R"lua(
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

}  // namespace

const std::string& set_fields_script() {
    static const std::string script = R"lua(
redis.call('HDEL', KEYS[1], ARGV[1])
return redis.call('HSET', KEYS[1], unpack(ARGV))
)lua";
    return script;
}

const std::string& register_script() {
    static const std::string script = std::string(id_functions) + R"lua(
local consumer, begins_after = ARGV[1], ARGV[2]
local noted = redis.call('HGET', KEYS[1], consumer)
if noted and place(noted) <= place(begins_after) then return 0 end
redis.call('HDEL', KEYS[1], consumer)
return redis.call('HSET', KEYS[1], consumer, begins_after)
)lua";
    return script;
}

// Before Redis 6.2 XTRIM knows no MINID. Offsets are dense, so that MAXLEN does the same: it keeps the
// entries from the head back to the id, and more where some in between were deleted.
const std::string& trim_script() {
    static const std::string script = lua_with_head(std::string(id_functions) + R"lua(
local keep_from, entries_max = ARGV[1], ARGV[2]

local missed = {}
local marks = call('HGETALL', KEYS[3])
for i = 1, #marks, 2 do
    local last = string.match(marks[i + 1], '^%d+-(%d+)-%d+$')
    missed[marks[i]] = last and filled(last)
end

local positions = call('HGETALL', KEYS[2])
for i = 1, #positions, 2 do
    local name, position = positions[i], positions[i + 1]
    local _, offset = parts(position)
    if not offset then return redis.error_reply('BADPOSITION of ' .. name .. ': ' .. position) end
    local cut_off = missed[name] and missed[name] > offset
    if not cut_off and place(position) < place(keep_from) then keep_from = position end
end

local dropped = redis.pcall('XTRIM', stream, 'MINID', '~', keep_from, 'LIMIT', entries_max)
if type(dropped) == 'number' or not string.find(dropped.err, 'syntax error') then return dropped end

local _, last = parts(head)
local _, first = parts(keep_from)
local keep = tonumber(last) - tonumber(first) + 1
if keep < 1 or tonumber(last) >= 2 ^ 53 then return 0 end
return call('XTRIM', stream, 'MAXLEN', '~', string.format('%.0f', keep))
)lua");
    return script;
}

// XADD with MAXLEN 0 is how Redis itself writes an empty stream into its append-only file. Who waits in XREAD
// is answered with no entries. XTRIM comes first, because Redis refuses XADD as a first write while it is out
// of memory.
const std::string& restart_script() {
    static const std::string script = lua_with_head(R"lua(
local expected, restarted = ARGV[1], ARGV[2]
if head ~= expected then return head end

call('XTRIM', stream, 'MAXLEN', '0')
if restarted ~= head then call('XADD', stream, 'MAXLEN', '0', restarted, 'restart', '') end
return restarted
)lua");
    return script;
}

}  // namespace contrail::redis
