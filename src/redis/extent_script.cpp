#include "redis/extent_script.hpp"

#include "redis/lua.hpp"

namespace contrail::redis {

const std::string& extent_script() {
    static const std::string script = std::string(lua_server_run) + R"lua(
local stream, identity = ARGV[1], ARGV[2]
local sealed = redis.call('HGET', identity, 'sealed') or ''
if sealed ~= '' and redis.call('HGET', identity, 'run') ~= server_run() then sealed = '' end
if redis.call('EXISTS', stream) == 0 then return {'0-0', '0-0', 0, sealed} end

local info, head, first, length = redis.call('XINFO', 'STREAM', stream)
for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then head = info[i + 1] end
    if info[i] == 'first-entry' then first = info[i + 1] and info[i + 1][1] end
    if info[i] == 'length' then length = info[i + 1] end
end
return {head, first or head, length, sealed}
)lua";
    return script;
}

const std::string& first_after_script() {
    static const std::string script = R"lua(
local found = redis.call('XREAD', 'COUNT', 1, 'STREAMS', ARGV[1], ARGV[2])
return found and found[1][2][1][1]
)lua";
    return script;
}

}  // namespace contrail::redis
