#pragma once

#include <openssl/bio.h>

#include "base/file_descriptor.hpp"

namespace contrail::redis {

/// Carries bytes between OpenSSL and `descriptor`, which must outlive it. OpenSSL's own socket BIO writes
/// without MSG_NOSIGNAL: when Redis closes the connection, SIGPIPE would end the process. Null: out of
/// memory.
BIO* new_tls_bio(base::FileDescriptor& descriptor);

}  // namespace contrail::redis
