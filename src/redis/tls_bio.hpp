#pragma once

#include <openssl/bio.h>

#include "base/file_descriptor.hpp"

namespace contrail::redis {

/// Carries bytes between OpenSSL and `descriptor`, which must outlive it. OpenSSL's own socket BIO writes
/// without MSG_NOSIGNAL, so that a connection lost by Redis would end the process by SIGPIPE. Null: out of
/// memory.
BIO* new_tls_bio(base::FileDescriptor& descriptor);

}  // namespace contrail::redis
