-- Registers a consumer at the place where it begins, atomically: no trimming comes in between. Replies with that
-- place, with nil while the log cannot tell yet (ask again), or with an error if the log does not hold what follows it.
-- KEYS: <log>:positions, <log>:owners. ARGV: consumer, place (earliest, latest or a record's id), owner's id, owner's
-- name, <log>, <log>:identity.
local positions, owners = KEYS[1], KEYS[2]
local consumer, place, owner_id, owner_name, log, identity = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]

-- A consumer's name belongs to one database: that of its checkpoint.
local noted_id, noted_name = string.match(redis.call('HGET', owners, consumer) or '', '^(%S+) %S+ (.*)$')
if noted_id and noted_id ~= owner_id then
    return redis.error_reply('OTHEROWNER ' .. consumer .. ' belongs to ' .. noted_name .. ', and not to ' .. owner_name)
end

-- Lua's numbers do not hold 64 bits: ids are compared as digits, filled up with zeros.
local function is_id(text) return string.find(text, '^%d+%-%d+$') ~= nil end
local function parts(id)
    local ms, offset = string.match(id, '^(%d+)-(%d+)$')
    return string.rep('0', 20 - #ms) .. ms, string.rep('0', 20 - #offset) .. offset
end
local function order(id)
    local ms, offset = parts(id)
    return ms .. offset
end
local function previous(digits)
    return (string.gsub(digits, '([1-9])(0*)$', function(digit, zeros) return digit - 1 .. string.rep('9', #zeros) end))
end

-- The head is noted in the stream, as a group's last-delivered-id: XINFO STREAM copies whole records. The note counts if
-- no entry follows it.
local function first_after(id)
    local found = redis.pcall('XREAD', 'COUNT', 1, 'STREAMS', log, id)
    if found and found.err then  -- Redis 5 refuses XREAD in a script.
        local ms, offset = string.match(id, '^(%d+)-(%d+)$')
        local entry = redis.call('XRANGE', log, ms .. '-' .. string.format('%.0f', offset + 1), '+', 'COUNT', 1)[1]
        return entry and entry[1]
    end
    return found and found[1][2][1][1]
end
local function value(fields, name)
    for i = 1, #fields, 2 do
        if fields[i] == name then return fields[i + 1] end
    end
end
local head, first = '0-0', first_after('0-0')
if redis.call('EXISTS', log) == 1 then
    head = nil
    for _, group in ipairs(redis.call('XINFO', 'GROUPS', log)) do
        if value(group, 'name') == 'contrail.head' then head = value(group, 'last-delivered-id') end
    end
    if not head or first_after(head) then head = value(redis.call('XINFO', 'STREAM', log), 'last-generated-id') end
end

-- A log that names no outbox was not begun yet, or has lost everything. A server that was started again since may hold an
-- older copy of it. One whose head is before what was sealed is being filled again after a loss. None of these tells
-- where the log begins or ends, unless record 1 is there.
local sealed = redis.call('HGET', identity, 'sealed')
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') or ''
if redis.call('HGET', identity, 'run') ~= run then sealed = nil end
local is_settled = sealed and order(head) >= order(sealed)
local holds_record_1 = first and string.match(first, '-(%d+)$') == '1'
if not is_settled and not (holds_record_1 and place == 'earliest') then return false end

local holds_the_beginning = head == '0-0' or holds_record_1
if place == 'latest' then
    place = head
elseif place == 'earliest' then
    if not holds_the_beginning then return redis.error_reply('GONE the log no longer holds its first record') end
    place = '0-0'
elseif not is_id(place) then
    return redis.error_reply('NOPLACE ' .. place .. ' is none of earliest, latest and the id of a record')
elseif place ~= '0-0' or not holds_the_beginning then
    local _, after = parts(place)
    local _, before_first = parts(first or head)
    if first then before_first = previous(before_first) end
    if order(place) > order(head) or after < before_first then
        return redis.error_reply('GONE the log does not hold what follows ' .. place)
    end
end

-- An earlier position is another instance's, which began before: the log keeps what that one needs. Beyond a thousand
-- names trimming passes over all of them.
local noted = redis.call('HGET', positions, consumer)
if not noted and redis.call('HLEN', positions) >= 1000 then
    return redis.error_reply('TOOMANYNAMES ' .. positions .. ' holds 1000 or more')
end
if not noted or not is_id(noted) or order(place) < order(noted) then
    redis.call('HDEL', positions, consumer)  -- Redis that is out of memory lets a script write if it first deletes.
    redis.call('HSET', positions, consumer, place)
end
if not noted_id then
    redis.call('HDEL', owners, consumer)
    redis.call('HSET', owners, consumer, owner_id .. ' - ' .. owner_name)
end
return place
