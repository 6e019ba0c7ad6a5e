#pragma once

#include <string>
#include <string_view>

namespace contrail::redis {

/// A Lua script that begins with `call`, `stream` (the first key), head_of(key) (a stream's
/// last-generated-id, or 0-0 where there is no stream) and `head` (that of `stream`), and goes on with
/// `body`.
///
/// Scripts are sent whole, by EVAL: they are small beside what they do, and EVALSHA would need a second way
/// for the server that does not know them (yet, or after a restart). Redis compiles each once.
///
/// XINFO names each value, and Redis versions differ in how many come before the one we want.
inline std::string lua_with_head(std::string_view body) {
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

}  // namespace contrail::redis
