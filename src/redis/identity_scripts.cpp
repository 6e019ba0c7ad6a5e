#include "redis/identity_scripts.hpp"

#include "redis/lua.hpp"

namespace contrail::redis {

// With `$` the note is right again whatever another program did to the stream, such as XDEL of what it had appended.
const std::string& check_outbox_script() {
    static const std::string script = lua_for_outbox(R"lua(
if call('EXISTS', stream) == 1 then
    note(stream, head_note, '$')
    head = head_of(stream)
end
return head
)lua");
    return script;
}

namespace {

// A log keeps the name of its incarnation with the rest. A name from another run came with an older copy of the log.
constexpr std::string_view lua_incarnation = R"lua(
local run = server_run()
local incarnation = call('HGET', identity, 'incarnation')
if incarnation and string.sub(incarnation, 1, #run + 1) ~= run .. '-' then incarnation = nil end
)lua";

}  // namespace

// HDEL comes first: while it is out of memory, Redis refuses HSET as a script's first write.
const std::string& incarnation_script() {
    static const std::string script =
        lua_for_outbox(std::string(lua_server_run).append(lua_incarnation) + R"lua(
if incarnation then return incarnation end
incarnation = run .. '-' .. ARGV[3]
call('HDEL', identity, 'incarnation')
call('HSET', identity, 'incarnation', incarnation)
return incarnation
)lua");
    return script;
}

// Of two claims for one outbox at once, the one that knows more counts, whichever comes last.
const std::string& claim_script() {
    static const std::string script =
        lua_for_outbox(std::string(lua_id_functions).append(lua_server_run).append(lua_incarnation) + R"lua(
local sealed = ARGV[3]
if incarnation ~= ARGV[4] then return 0 end
local noted = feeding_id == own_id and call('HGET', identity, 'sealed')
if noted and (place(noted) or '') > place(sealed) then sealed = noted end
call('HDEL', identity, 'sealed')
call('HSET', identity, 'id', own_id, 'name', own_name, 'sealed', sealed, 'run', run)
return 1
)lua");
    return script;
}

const std::string& assign_script() {
    static const std::string script = lua_with_head(std::string(lua_server_run) + R"lua(
if head ~= ARGV[1] then return head end
call('HDEL', KEYS[2], 'sealed')
call('HSET', KEYS[2], 'id', ARGV[2], 'name', ARGV[3], 'sealed', ARGV[4], 'run', server_run())
return head
)lua");
    return script;
}

}  // namespace contrail::redis
