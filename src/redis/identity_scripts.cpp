#include "redis/identity_scripts.hpp"

#include "redis/lua.hpp"

namespace contrail::redis {

const std::string& check_outbox_script() {
    static const std::string script = lua_for_outbox("return head");
    return script;
}

// HDEL comes first: while it is out of memory, Redis refuses HSET as a script's first write.
const std::string& claim_script() {
    static const std::string script = lua_for_outbox(R"lua(
call('HDEL', identity, 'sealed')
call('HSET', identity, 'id', own_id, 'name', own_name, 'sealed', ARGV[3])
return head
)lua");
    return script;
}

const std::string& assign_script() {
    static const std::string script = lua_with_head(R"lua(
if head ~= ARGV[1] then return head end
call('HDEL', KEYS[2], 'sealed')
call('HSET', KEYS[2], 'id', ARGV[2], 'name', ARGV[3], 'sealed', ARGV[4])
return head
)lua");
    return script;
}

}  // namespace contrail::redis
