-- Registers a consumer at the place where it begins, atomically: no trimming comes in between. Replies with that
-- place, with nil while the log cannot tell yet (ask again), or with an error if the log does not hold what follows it.
-- KEYS: <log>:positions. ARGV: consumer, place (earliest, latest or a record's id), <log>, <log>:identity.
local positions, consumer, place, log, identity = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]

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

local head, first = '0-0', nil
if redis.call('EXISTS', log) == 1 then
    local info = redis.call('XINFO', 'STREAM', log)
    for i = 1, #info, 2 do
        if info[i] == 'last-generated-id' then head = info[i + 1] end
        if info[i] == 'first-entry' and info[i + 1] then first = info[i + 1][1] end
    end
end

-- A log that names no outbox was not begun yet, or has lost everything. One whose head is before what was sealed is
-- being filled again after a loss. Neither tells where it begins or ends, unless record 1 is there.
local sealed = redis.call('HGET', identity, 'sealed')
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
return place
