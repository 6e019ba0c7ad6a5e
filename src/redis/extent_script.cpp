#include "redis/extent_script.hpp"

#include "redis/lua.hpp"

namespace contrail::redis {

// Offsets are dense. So the length says which offset the first entry has, and whether its note still holds.
const std::string& extent_script() {
    static const std::string script = std::string(lua_server_run).append(lua_stream_ends) + R"lua(
local stream, identity = ARGV[1], ARGV[2]
local sealed = redis.call('HGET', identity, 'sealed') or ''
if sealed ~= '' and redis.call('HGET', identity, 'run') ~= server_run() then sealed = '' end

local head, notes = head_of(stream)
local length, first = redis.call('XLEN', stream), notes[first_note]
if length == 0 then return {head, head, 0, sealed} end

local function offset_of(id) return tonumber(string.match(id, '-(%d+)$')) end
local last = offset_of(head)
local agrees = first and last < 2 ^ 53 and offset_of(first) == last - length + 1
return {head, agrees and first or first_after(stream, '0-0'), length, sealed}
)lua";
    return script;
}

const std::string& first_after_script() {
    static const std::string script = std::string(lua_stream_ends) + "return first_after(ARGV[1], ARGV[2])";
    return script;
}

}  // namespace contrail::redis
