#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "redis/url.hpp"

namespace contrail::redis {

struct FreeTlsContext {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTlsContext>;

/// OpenSSL's settings for a client: TLS 1.2 or newer, the authorities to trust, the certificate to present.
/// Each connection reads the files again, and so takes up renewed ones. Throws Error (Retry::never) at a file
/// that cannot be used.
TlsContext tls_context(const Tls& tls);

/// The oldest error that OpenSSL has noted on this thread, as text. Empties the list.
std::string openssl_error();

}  // namespace contrail::redis
