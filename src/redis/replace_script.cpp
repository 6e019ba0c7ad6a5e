#include "redis/replace_script.hpp"

#include "redis/lua.hpp"

namespace contrail::redis {

// XRANGE begins at the head itself, not after it: Redis before 6.2 has no exclusive ranges.
//
// Lua's numbers are doubles. The script cannot tell offsets above 2^53 from their neighbours. It copies
// nothing then, and replaces the log once no streamer appends.
//
// UNLINK, because RENAME alone would free the old stream in Redis's one thread.
const std::string& replace_script() {
    static const std::string script = lua_for_outbox(R"lua(
local fresh, copies_max = KEYS[3], ARGV[3]
local built = head_of(fresh)

local function offset_of(id) return tonumber(string.match(id, '-(%d+)$')) end
local function is_record(fields)
    return #fields >= 6 and fields[1] == 'action' and fields[3] == 'object' and fields[5] == 'data'
end

for _, entry in ipairs(call('XRANGE', stream, built, '+', 'COUNT', copies_max)) do
    local id, fields = entry[1], entry[2]
    if id ~= built then
        if offset_of(id) ~= offset_of(built) + 1 or not is_record(fields) then return 0 end
        call('XADD', fresh, id, unpack(fields))
        built = id
    end
end
note(fresh, head_note, '$')
if built ~= head then return 0 end

call('UNLINK', stream)
call('RENAME', fresh, stream)
return 1
)lua");
    return script;
}

}  // namespace contrail::redis
