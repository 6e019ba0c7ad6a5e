#include "handlers/webhook_secrets.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

#include "contrail/error.hpp"
#include "core/require.hpp"

namespace contrail::handlers {

namespace {

constexpr std::string_view secret_prefix = "whsec_";
constexpr std::size_t key_bytes_min = 24;
constexpr std::size_t key_bytes_max = 64;

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string to_base64(std::string_view data) {
    std::string text(4 * ((data.size() + 2) / 3) + 1, '\0');  // one more for the NUL that it writes
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes(data),
                                       static_cast<int>(data.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

/// Nothing if `text` is not base64 with its padding.
std::optional<std::string> from_base64(std::string_view text) {
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    std::string data(text.size() / 4 * 3 + 3, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(data.data()), bytes(text),
                                       static_cast<int>(text.size()));
    if (text.size() % 4 != 0 || length < 0) return std::nullopt;
    data.resize(static_cast<std::size_t>(length) - padding);
    return data;
}

std::string key_of(std::string_view secret) {
    if (secret.starts_with(secret_prefix)) {
        const auto key = from_base64(secret.substr(secret_prefix.size()));
        if (key && key->size() >= key_bytes_min && key->size() <= key_bytes_max) return *key;
    }
    throw Error(Retry::never,
                "Cannot sign webhooks: a secret is not `whsec_` and 24 to 64 bytes in base64. Make one: echo "
                "whsec_$(openssl rand -base64 32).");
}

}  // namespace

WebhookSecrets WebhookSecrets::parse(std::string_view text) {
    WebhookSecrets secrets;
    std::istringstream words{std::string(text)};
    for (std::string secret; words >> secret;) secrets.keys_.push_back(key_of(secret));
    if (secrets.keys_.empty()) {
        throw Error(
            Retry::never,
            "Cannot sign webhooks: there is no secret. Make one (echo whsec_$(openssl rand -base64 32)), and "
            "set WEBHOOK_SECRET, or write it to the file that --webhook-secret-file names.");
    }
    return secrets;
}

WebhookSecrets WebhookSecrets::read(const std::string& file) {
    errno = 0;
    const std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    // A folder opens as a file does, and reads as an empty one.
    const int error = std::filesystem::is_directory(file) ? EISDIR : stream.is_open() ? 0 : errno;
    if (error != 0) {
        throw Error(Retry::never, "Cannot read the secrets of webhooks from " + file + ": " +
                                      std::generic_category().message(error) +
                                      ". Correct --webhook-secret-file or the rights of the file.");
    }
    return parse(text.str());
}

std::string WebhookSecrets::sign(std::string_view id, std::string_view timestamp,
                                 std::string_view body) const {
    std::string content;
    content.reserve(id.size() + timestamp.size() + body.size() + 2);
    content.append(id).append(".").append(timestamp).append(".").append(body);
    std::string signatures;
    for (const std::string& key : keys_) {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned length = 0;
        const auto* const made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes(content),
                                      content.size(), digest.data(), &length);
        require(made != nullptr, "OpenSSL computes an HMAC");
        if (!signatures.empty()) signatures += ' ';
        signatures += "v1,";
        signatures += to_base64({reinterpret_cast<const char*>(digest.data()), length});
    }
    return signatures;
}

std::string message_id(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    constexpr std::size_t bytes_used = 16;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    const int made = EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    require(made == 1, "OpenSSL computes a digest");
    std::string id = "msg_";
    for (std::size_t at = 0; at < bytes_used; ++at)
        id += {digits[digest[at] >> 4U], digits[digest[at] & 15U]};
    return id;
}

}  // namespace contrail::handlers
