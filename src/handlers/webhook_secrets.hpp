#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace contrail::handlers {

/// The secrets with which a webhook is signed, as Standard Webhooks has them: `whsec_` and 24 to 64 bytes in base64.
/// While one replaces another, a request bears a signature of each.
class WebhookSecrets {
public:
    /// Reads secrets that white space parts. Throws Error (Retry::never) if there is none, or if one is no such
    /// secret. The message does not quote it.
    static WebhookSecrets parse(std::string_view text);

    /// The same from a file.
    static WebhookSecrets read(const std::string& file);

    /// The header `webhook-signature`: `v1,` and HMAC-SHA256 in base64 of `<id>.<timestamp>.<body>`, for each secret.
    [[nodiscard]] std::string sign(std::string_view id, std::string_view timestamp,
                                   std::string_view body) const;

private:
    std::vector<std::string> keys_;
};

/// A name for `text` that is as good as unique: `msg_` and 32 hexadecimal digits.
std::string message_id(std::string_view text);

}  // namespace contrail::handlers
