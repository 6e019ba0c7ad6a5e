#include "redis/retention_scripts.hpp"

#include "contrail/log_keeper.hpp"
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

/// is_report(name, value): whether a consumer can have this name, and a record this id. PostgreSQL, too, must be able
/// to hold the id.
constexpr std::string_view report_functions = R"lua(
local consumers_max = 1000
local function is_report(name, value)
    local ms, offset = parts(value)
    return ms and ms <= '18446744073709551615' and offset <= '09223372036854775807'
        and #name <= 128 and string.find(name, '^[A-Za-z0-9._-]+$') ~= nil
end
)lua";
static_assert(consumers_max == 1'000);

}  // namespace

const std::string& set_fields_script() {
    static const std::string script = R"lua(
redis.call('HDEL', KEYS[1], ARGV[1])
return redis.call('HSET', KEYS[1], unpack(ARGV))
)lua";
    return script;
}

const std::string& register_script() {
    static const std::string script = std::string(id_functions).append(report_functions) + R"lua(
local consumer, begins_after = ARGV[1], ARGV[2]
local noted = redis.call('HGET', KEYS[1], consumer)
if noted and is_report(consumer, noted) and place(noted) <= place(begins_after) then return 0 end
if not noted and redis.call('HLEN', KEYS[1]) >= consumers_max then
    return redis.error_reply('TOOMANYNAMES ' .. consumers_max .. ' or more')
end
redis.call('HDEL', KEYS[1], consumer)
return redis.call('HSET', KEYS[1], consumer, begins_after)
)lua";
    return script;
}

const std::string& positions_script() {
    static const std::string script = std::string(id_functions).append(report_functions) + R"lua(
local positions = ARGV[1]
local names = redis.call('HLEN', positions)
if names > consumers_max then return redis.error_reply('TOOMANYNAMES ' .. string.format('%.0f', names)) end

local fields, reports = redis.call('HGETALL', positions), {}
for i = 1, #fields, 2 do
    if is_report(fields[i], fields[i + 1]) then
        reports[#reports + 1] = fields[i]
        reports[#reports + 1] = fields[i + 1]
    end
end
return reports
)lua";
    return script;
}

const std::string& stray_reports_script() {
    static const std::string script = std::string(id_functions).append(report_functions) + R"lua(
local told_max, text_bytes_max = 10, 100
local positions = ARGV[1]
local names = redis.call('HLEN', positions)
local found = {names}
if names > consumers_max then return found end

local fields = redis.call('HGETALL', positions)
for i = 1, #fields, 2 do
    if #found <= told_max and not is_report(fields[i], fields[i + 1]) then
        local name, value = string.sub(fields[i], 1, text_bytes_max), string.sub(fields[i + 1], 1, text_bytes_max)
        found[#found + 1] = name .. ': ' .. value
    end
end
return found
)lua";
    return script;
}

const std::string& mark_cut_off_script() {
    static const std::string script = lua_for_outbox(R"lua(
local cut_offs, consumer, notice = KEYS[3], ARGV[3], ARGV[4]
call('HDEL', cut_offs, consumer)
if notice ~= '' then call('HSET', cut_offs, consumer, notice) end
return 1
)lua");
    return script;
}

const std::string& forget_script() {
    static const std::string script = lua_for_outbox(R"lua(
call('HDEL', KEYS[3], ARGV[3])
call('HDEL', KEYS[4], ARGV[3])
call('HDEL', KEYS[5], ARGV[4])
return 1
)lua");
    return script;
}

// Before Redis 6.2 XTRIM has no MINID. Offsets are dense, so MAXLEN does the same: it keeps the entries from the
// head back to the id, and more if entries in between were deleted.
const std::string& trim_script() {
    static const std::string script =
        lua_for_outbox(std::string(id_functions).append(report_functions) + R"lua(
local keep_from, entries_max = ARGV[3], ARGV[4]

local missed = {}
local marks = call('HGETALL', KEYS[4])
for i = 1, #marks, 2 do
    local last = string.match(marks[i + 1], '^%d+-(%d+)-%d+$')
    missed[marks[i]] = last and filled(last)
end

local positions = call('HLEN', KEYS[3]) <= consumers_max and call('HGETALL', KEYS[3]) or {}
for i = 1, #positions, 2 do
    local name, position = positions[i], positions[i + 1]
    if is_report(name, position) then
        local _, offset = parts(position)
        local cut_off = missed[name] and missed[name] > offset
        if not cut_off and place(position) < place(keep_from) then keep_from = position end
    end
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

// Redis itself writes an empty stream into its append-only file by XADD with MAXLEN 0. A reader that waits in
// XREAD gets an empty reply. XTRIM comes first, because Redis refuses XADD as a first write while it is out
// of memory.
const std::string& restart_script() {
    static const std::string script = lua_for_outbox(R"lua(
local expected, restarted = ARGV[3], ARGV[4]
if head ~= expected or feeding_id ~= own_id then return head end

call('XTRIM', stream, 'MAXLEN', '0')
if restarted ~= head then call('XADD', stream, 'MAXLEN', '0', restarted, 'restart', '') end
return restarted
)lua");
    return script;
}

}  // namespace contrail::redis
