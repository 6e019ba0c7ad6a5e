#include "archive/sha256.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "core/require.hpp"

namespace contrail::archive {

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    require(context_ != nullptr && EVP_DigestInit_ex(context_, EVP_sha256(), nullptr) == 1,
            "OpenSSL knows SHA-256");
}

Sha256::~Sha256() {
    EVP_MD_CTX_free(context_);
}

void Sha256::add(std::string_view bytes) {
    require(EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1, "SHA-256 takes any bytes");
}

std::string Sha256::digest() {
    std::array<unsigned char, 32> bytes{};
    require(EVP_DigestFinal_ex(context_, bytes.data(), nullptr) == 1, "SHA-256 has a result");
    std::string text;
    for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace contrail::archive
