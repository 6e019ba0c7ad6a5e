#pragma once

#include <string>
#include <string_view>

namespace contrail::redis {

/// A Lua script that begins with `call`, `stream` (the first key), head_of(key) and `head` (that of
/// `stream`), and continues with `body`. head_of() is a stream's last-generated-id, or 0-0 if there is no
/// stream.
///
/// Scripts are sent whole, by EVAL: they are small beside what they do, and Redis compiles each one once.
/// EVALSHA would need a second way for a server that does not have them (yet, or after a restart).
///
/// The script looks for the name of the value in XINFO's reply, because Redis versions differ in its place.
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
