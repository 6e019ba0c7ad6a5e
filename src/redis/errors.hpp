#pragma once

#include <string_view>

#include "contrail/error.hpp"

// Messages inside this folder complete a sentence that begins "Redis at <endpoint> …": whoever throws does
// not know the endpoint, and RedisLog, through which every error leaves, writes that beginning.

namespace contrail::redis {

/// Translates an error reply: says whether calling again can help, quotes the reply, and adds what to do.
/// Arguments that Redis echoes are left out, because the password is one of them.
Error error_of_reply(std::string_view reply);

}  // namespace contrail::redis
