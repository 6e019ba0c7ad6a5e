#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/rights.hpp"

namespace contrail {

using postgres::Part;

/// Whether a part has to do with Redis at all. Producers and reconcilers need not know where it is.
bool uses_redis(Part part);

/// A command that a part of the program sends to Redis.
struct RedisRight {
    Part part;
    std::string_view rule;  ///< As ACL SETUSER allows it: `+xinfo|stream`.
    /// The command with arguments that it refuses before it does anything, or with which it changes nothing:
    /// a user that may not run it gets NOPERM, and every other user gets another answer. `@stream@` stands for the
    /// log's key.
    std::string_view harmless;
};

/// All of them: what docs/operations.md tells operators to allow, and what the doctor tries.
std::span<const RedisRight> redis_rights();

/// The rules for `ACL SETUSER <user>`, as Redis 7 knows them: `~<stream> ~<stream>:* +eval …`. Before it,
/// there are neither `%R~` nor rules for subcommands.
std::string acl_rules(Part part, const std::string& stream);

}  // namespace contrail
