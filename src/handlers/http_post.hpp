#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contrail::handlers {

/// The answer to a request.
struct HttpAnswer {
    long status = 0;
    std::chrono::seconds retry_after{};  ///< From now on, by the answer's Retry-After; 0 if it has none.
    std::string body;                    ///< Its first 4 KiB.
};

/// Sends POST requests to one URL, on one connection as long as the server keeps it. Verifies certificates, uses the
/// proxies that the environment names (https_proxy, no_proxy …), and follows no redirects.
///
/// Threads  Not thread-safe.
class HttpPost {
public:
    /// `ca_file`: authorities to trust (PEM); empty: the system's. Throws Error (Retry::never) if `url` is not a URL
    /// of HTTP or HTTPS.
    HttpPost(const std::string& url, const std::string& ca_file);
    HttpPost(const HttpPost&) = delete;
    HttpPost& operator=(const HttpPost&) = delete;
    ~HttpPost();

    /// The URL without user, password and query, which may be secret.
    [[nodiscard]] const std::string& shown_url() const { return shown_url_; }

    /// `headers`: lines such as `name: value`. Throws Error (Retry::call), whose message is the reason alone, if no
    /// answer comes within `wait_max`.
    HttpAnswer send(const std::vector<std::string>& headers, std::string_view body,
                    std::chrono::milliseconds wait_max);

private:
    struct Handle;
    std::string shown_url_;
    std::unique_ptr<Handle> handle_;
};

}  // namespace contrail::handlers
