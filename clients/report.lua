-- Reports the position of a consumer: the log is trimmed behind it. An error if the consumer belongs to another database.
-- KEYS: <log>:positions, <log>:owners. ARGV: consumer, checkpoint, owner's id, owner's name.
local id, name = string.match(redis.call('HGET', KEYS[2], ARGV[1]) or '', '^(%S+) %S+ (.*)$')
if id and id ~= ARGV[3] then
    return redis.error_reply('OTHEROWNER ' .. ARGV[1] .. ' belongs to ' .. name .. ', and not to ' .. ARGV[4])
end
redis.call('HDEL', KEYS[1], ARGV[1])  -- Redis that is out of memory lets a script write if it first deletes.
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if not id then redis.call('HSET', KEYS[2], ARGV[1], ARGV[3] .. ' - ' .. ARGV[4]) end
return 1
