#pragma once

#include "base/file_descriptor.hpp"
#include "redis/url.hpp"

namespace contrail::redis {

/// Connects to the endpoint's host or unix socket, without TLS and login. The descriptor does not block.
/// Tries every address of the host in turn, each for its share of the time that is left.
///
/// Throws Error with Retry::call, because the server may come back: refused, not found, no reply before the
/// deadline, which also bounds the lookup of the host's name.
base::FileDescriptor connect_to(const Endpoint& endpoint, base::Deadline deadline);

}  // namespace contrail::redis
