#include "redis/retention_scripts.hpp"

#include "contrail/log_keeper.hpp"
#include "redis/lua.hpp"

namespace contrail::redis {

namespace {

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

/// owner_in(note): the id and the name in a field of the hash of owners, or nil if it has another form
/// (`parse_owner_note()`): that names no owner.
constexpr std::string_view owner_note_function = R"lua(
local function owner_in(note)
    local id, moved_from, name = string.match(note or '', '^([!-~]+) ([!-~]+) (.*)$')
    if id and #id <= 100 and #moved_from <= 100 then return id, name end
end
)lua";

/// A consumer's name belongs to one database. refusal(consumer) is the error reply to any other one. own(consumer)
/// notes the owner of a consumer that has none, also as a script's first write.
constexpr std::string_view owner_functions = R"lua(
local positions, owners, own_id, own_name = KEYS[1], KEYS[2], ARGV[1], ARGV[2]

local function refusal(consumer)
    local id, name = owner_in(redis.call('HGET', owners, consumer))
    if id and id ~= own_id then
        return redis.error_reply('OTHEROWNER consumer ' .. consumer .. ' belongs to ' .. name .. ' (' .. id ..
            '), and this program keeps its checkpoint in ' .. own_name .. ' (' .. own_id .. ')')
    end
end

local function own(consumer)
    if own_id ~= '' and not owner_in(redis.call('HGET', owners, consumer)) then
        redis.call('HDEL', owners, consumer)
        redis.call('HSET', owners, consumer, own_id .. ' - ' .. own_name)
    end
end
)lua";

}  // namespace

const std::string& report_script() {
    static const std::string script = std::string(owner_note_function).append(owner_functions) + R"lua(
for i = 3, #ARGV, 2 do
    local refused = refusal(ARGV[i])
    if refused then return refused end
end
-- A consumer at rest reports the same again, and a write would be one to the disk.
for i = 3, #ARGV, 2 do
    if redis.call('HGET', positions, ARGV[i]) ~= ARGV[i + 1] then
        redis.call('HDEL', positions, ARGV[i])
        redis.call('HSET', positions, ARGV[i], ARGV[i + 1])
    end
    own(ARGV[i])
end
return 1
)lua";
    return script;
}

const std::string& assign_owner_script() {
    static const std::string script = lua_for_outbox(std::string(owner_note_function) + R"lua(
local owners, positions = KEYS[3], KEYS[4]
local consumer, owner, expected, position = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
if (owner_in(call('HGET', owners, consumer)) or '') ~= expected then return 0 end
call('HDEL', owners, consumer)
call('HSET', owners, consumer, owner)
if position ~= '' then call('HSET', positions, consumer, position) end
return 1
)lua");
    return script;
}

const std::string& register_script() {
    static const std::string script = std::string(lua_id_functions)
                                          .append(report_functions)
                                          .append(owner_note_function)
                                          .append(owner_functions) +
                                      R"lua(
local consumer, begins_after = ARGV[3], ARGV[4]
local refused = refusal(consumer)
if refused then return refused end
local noted = redis.call('HGET', positions, consumer)
if not noted and redis.call('HLEN', positions) >= consumers_max then
    return redis.error_reply('TOOMANYNAMES ' .. consumers_max .. ' or more')
end
if not (noted and is_report(consumer, noted) and place(noted) <= place(begins_after)) then
    redis.call('HDEL', positions, consumer)
    redis.call('HSET', positions, consumer, begins_after)
end
own(consumer)
return 1
)lua";
    return script;
}

const std::string& reports_script() {
    static const std::string script = std::string(lua_id_functions).append(report_functions) + R"lua(
local positions, owners, owner_bytes_max = ARGV[1], ARGV[2], 2000
local names = redis.call('HLEN', positions)
if names > consumers_max then return redis.error_reply('TOOMANYNAMES ' .. string.format('%.0f', names)) end

local function fields_of(key, may_pass)
    local fields, found = redis.call('HGETALL', key), {}
    for i = 1, #fields, 2 do
        if may_pass(fields[i], fields[i + 1]) then
            found[#found + 1] = fields[i]
            found[#found + 1] = fields[i + 1]
        end
    end
    return found
end

local reported, owned = fields_of(positions, is_report), {}
if redis.call('HLEN', owners) <= consumers_max then
    owned = fields_of(owners, function(_, note) return #note <= owner_bytes_max end)
end
return {reported, owned}
)lua";
    return script;
}

const std::string& withdraw_position_script() {
    static const std::string script = lua_for_outbox(R"lua(
call('HDEL', KEYS[3], ARGV[3])
return 1
)lua");
    return script;
}

const std::string& stray_reports_script() {
    static const std::string script = std::string(lua_id_functions).append(report_functions) + R"lua(
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
for slot = 0, ARGV[5] - 1 do call('HDEL', KEYS[5], ARGV[4] .. ':' .. slot) end
call('HDEL', KEYS[6], ARGV[3])
return 1
)lua");
    return script;
}

// Before Redis 6.2 XTRIM has no MINID. Offsets are dense, so MAXLEN does the same: it keeps the entries from the
// head back to the id, and more if entries in between were deleted.
const std::string& trim_script() {
    static const std::string script =
        lua_for_outbox(std::string(lua_id_functions).append(report_functions) + R"lua(
local keep_from, entries_max = ARGV[3], ARGV[4]

local function trim(...)
    local dropped = redis.pcall('XTRIM', stream, ...)
    if type(dropped) == 'number' and dropped > 0 then
        note(stream, first_note, first_after(stream, '0-0') or head)
    end
    return dropped
end

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

local dropped = trim('MINID', '~', keep_from, 'LIMIT', entries_max)
if type(dropped) == 'number' or not string.find(dropped.err, 'syntax error') then return dropped end

local _, last = parts(head)
local _, first = parts(keep_from)
local keep = tonumber(last) - tonumber(first) + 1
if keep < 1 or tonumber(last) >= 2 ^ 53 then return 0 end
return trim('MAXLEN', '~', string.format('%.0f', keep))
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
note(stream, head_note, '$')
return restarted
)lua");
    return script;
}

}  // namespace contrail::redis
