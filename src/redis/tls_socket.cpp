#include "redis/tls_socket.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "contrail/error.hpp"
#include "redis/tls_bio.hpp"
#include "redis/tls_context.hpp"

namespace contrail::redis {

namespace {

[[noreturn]] void refuse_certificate(long problem) {
    const std::string presented = "presented a certificate that cannot be accepted: " +
                                  std::string(X509_verify_cert_error_string(problem));
    // Its renewal, or a clock that is set right, needs no change here: a program that waits goes on by
    // itself.
    if (problem == X509_V_ERR_CERT_HAS_EXPIRED || problem == X509_V_ERR_CERT_NOT_YET_VALID)
        throw Error(Retry::call, presented + ". Renew it at the server, or set this machine's clock right.");
    throw Error(Retry::never, presented +
                                  ". Name the authority that signed it (REDIS_CA_FILE), and use the host "
                                  "name that is in it.");
}

/// OpenSSL found a fault in the protocol, or the server sent an alert: it refuses us.
[[noreturn]] void fail_protocol() {
    throw Error(Retry::never,
                "failed to agree on TLS (" + openssl_error() +
                    "). Check that its port expects TLS, and whether it requires a client certificate "
                    "(REDIS_CERT_FILE, REDIS_KEY_FILE).");
}

/// In TLS 1.3 a server refuses a client's certificate after the handshake. Its alert is lost if we have
/// already sent something that it did not read. Hence the advice about certificates.
[[noreturn]] void fail_connection(int error) {
    throw Error(Retry::call,
                (error == 0 ? "closed the connection."
                            : "lost the connection: " + std::system_category().message(error) + '.') +
                    " Its log may say why. It does so to a client whose replies outgrow "
                    "client-output-buffer-limit, and if it requires a client certificate (REDIS_CERT_FILE, "
                    "REDIS_KEY_FILE).");
}

/// What SSL_set_tlsext_host_name() does, which is a macro with a cast that our warnings reject.
bool announce(SSL* session, std::string host) {
    return SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data()) == 1;
}

}  // namespace

TlsSocket::TlsSocket(base::FileDescriptor descriptor, const std::string& host, const Tls& tls,
                     base::Deadline deadline)
    : descriptor_(std::move(descriptor)),
      session_(SSL_new(tls_context(tls).get())) {
    BIO* const bio = session_ ? new_tls_bio(descriptor_) : nullptr;
    if (bio == nullptr) throw Error(Retry::call, "cannot be connected to by TLS: out of memory.");
    SSL_set_bio(session_.get(), bio, bio);  // the session owns it now
    expect_host(host);
    shake_hands(deadline);
}

void TlsSocket::expect_host(const std::string& host) {
    X509_VERIFY_PARAM* const expected = SSL_get0_param(session_.get());
    if (X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1) return;
    // Not an address, so a name; only a name is announced (SNI).
    SSL_set_hostflags(session_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (SSL_set1_host(session_.get(), host.c_str()) != 1 || !announce(session_.get(), host))
        throw Error(Retry::never,
                    "cannot be connected to by TLS: the host name in the Redis URL is not valid in TLS.");
}

void TlsSocket::shake_hands(base::Deadline deadline) {
    for (;;) {
        ERR_clear_error();
        const int result = SSL_connect(session_.get());
        if (result == 1) return;
        const long problem = SSL_get_verify_result(session_.get());
        if (problem != X509_V_OK && (SSL_get_verify_mode(session_.get()) & SSL_VERIFY_PEER) != 0)
            refuse_certificate(problem);
        if (!descriptor_.wait(awaited(result), deadline))
            throw Error(Retry::call, "did not finish the TLS handshake in time.");
    }
}

std::size_t TlsSocket::send(std::string_view bytes) {
    std::size_t total = 0;
    while (total < bytes.size()) {  // one call takes one TLS record, 16 kB
        std::size_t sent = 0;
        ERR_clear_error();
        const int result = SSL_write_ex(session_.get(), bytes.data() + total, bytes.size() - total, &sent);
        if (result != 1) {
            send_awaits_ = awaited(result);
            break;
        }
        total += sent;
    }
    return total;
}

std::size_t TlsSocket::receive(std::span<char> buffer) {
    std::size_t received = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(session_.get(), buffer.data(), buffer.size(), &received);
    if (result != 1) receive_awaits_ = awaited(result);
    return received;
}

bool TlsSocket::wait(bool or_send, base::Deadline deadline) {
    const int events = or_send ? receive_awaits_ | send_awaits_ : receive_awaits_;
    return descriptor_.wait(static_cast<short>(events), deadline);
}

short TlsSocket::awaited(int result) const {
    const int error = errno;
    switch (SSL_get_error(session_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            return POLLIN;
        case SSL_ERROR_WANT_WRITE:
            return POLLOUT;
        case SSL_ERROR_ZERO_RETURN:
            fail_connection(0);
        case SSL_ERROR_SYSCALL:
            fail_connection(error);
        default:
            fail_protocol();
    }
}

}  // namespace contrail::redis
