#pragma once

#include "base/file_descriptor.hpp"
#include "redis/url.hpp"

namespace contrail::redis {

/// Connects to the endpoint's host or unix socket; TLS and login come later. The descriptor does not
/// block. Every address of the host is tried in turn, each for its share of the time that is left.
///
/// Throws Error with Retry::call, because the server may be there later: refused, not found, no answer
/// before the deadline. Looking up the host's name takes as long as the system's resolver is set to take;
/// the deadline does not shorten that.
base::FileDescriptor connect_to(const Endpoint& endpoint, base::Deadline deadline);

}  // namespace contrail::redis
