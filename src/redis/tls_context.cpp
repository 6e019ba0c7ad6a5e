#include "redis/tls_context.hpp"

#include <openssl/err.h>

#include <array>

#include "contrail/error.hpp"

namespace contrail::redis {

namespace {

[[noreturn]] void refuse_file(const char* what, const std::string& file) {
    throw Error(Retry::never, "cannot be connected to by TLS: the " + std::string(what) + " in " + file +
                                  " cannot be used: " + openssl_error() +
                                  ". Name a PEM file that this program's user may read.");
}

void trust(SSL_CTX* context, const std::string& ca_file) {
    if (ca_file.empty()) {
        if (SSL_CTX_set_default_verify_paths(context) != 1)
            throw Error(Retry::never,
                        "cannot be connected to by TLS: the system's authorities cannot be loaded: " +
                            openssl_error() + ". Name a file with authorities in REDIS_CA_FILE.");
    } else if (SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr) != 1) {
        refuse_file("list of authorities (REDIS_CA_FILE)", ca_file);
    }
}

/// Without this OpenSSL would ask on the terminal for the password of an encrypted key.
int no_password(char*, int, int, void*) {
    return -1;
}

void present(SSL_CTX* context, const std::string& cert_file, const std::string& key_file) {
    if (cert_file.empty()) return;
    SSL_CTX_set_default_passwd_cb(context, no_password);
    if (SSL_CTX_use_certificate_chain_file(context, cert_file.c_str()) != 1)
        refuse_file("client certificate (REDIS_CERT_FILE)", cert_file);
    // OpenSSL also checks here that the key belongs to the certificate.
    if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        refuse_file("client key (REDIS_KEY_FILE)", key_file);
}

}  // namespace

TlsContext tls_context(const Tls& tls) {
    ERR_clear_error();
    TlsContext context(SSL_CTX_new(TLS_client_method()));
    if (!context) throw Error(Retry::call, "cannot be connected to by TLS: " + openssl_error() + '.');
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    // A send may be partial, and the rest may lie elsewhere when it is sent: our buffer may have moved.
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // An end without TLS's own close message is an end like any other: a reply's form says whether it is
    // complete.
    SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_verify(context.get(), tls.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    if (tls.verify) trust(context.get(), tls.ca_file);
    present(context.get(), tls.cert_file, tls.key_file);
    return context;
}

std::string openssl_error() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (code == 0) return "unknown cause";
    std::array<char, 256> text{};
    ERR_error_string_n(code, text.data(), text.size());
    return text.data();
}

}  // namespace contrail::redis
