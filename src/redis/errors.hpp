#pragma once

#include <string_view>

#include "contrail/error.hpp"

// Messages inside this folder complete a sentence that begins "Redis at <endpoint> …". The code that throws
// does not know the endpoint. StreamClient, through which every error leaves, writes the beginning.

namespace contrail::redis {

/// An error reply without the frame that it has if a command failed inside a script. Lives as long as `reply`.
std::string_view cause_of_reply(std::string_view reply);

/// Translates an error reply: says whether calling again can help, quotes the reply, and adds what to do. The
/// quote omits arguments that Redis echoes, because the password may be one of them.
Error error_of_reply(std::string_view reply);

}  // namespace contrail::redis
