#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/rights.hpp"
#include "redis/keys.hpp"

namespace contrail::operations {

using postgres::Part;

/// True if a part uses Redis. Producers and reconcilers need not know where it is.
bool uses_redis(Part part);

/// A command that a part sends to Redis.
struct RedisRight {
    Part part;
    std::string_view rule;  ///< As ACL SETUSER takes it: `+xinfo|stream`.
    /// The command with arguments that change nothing, or that Redis rejects before it does anything. A user
    /// without the right gets NOPERM, and every other user gets another answer. `@stream@` stands for the
    /// log's key, `@stream@:` for what the keys beside it begin with.
    std::string_view harmless;
};

/// The rights of all parts: docs/operations.md tells operators to grant these, and the doctor tries them.
std::span<const RedisRight> redis_rights();

/// The words of the right's harmless command, with the log's keys.
std::vector<std::string> harmless_words(const RedisRight& right, const redis::Keys& keys);

/// The rules for `ACL SETUSER <user>` in Redis 7: `~<stream> ~<stream>:* +eval …`. Older versions know
/// neither `%R~` nor rules for subcommands.
std::string acl_rules(Part part, const redis::Keys& keys);

}  // namespace contrail::operations
