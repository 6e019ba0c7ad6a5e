#include "handlers/http_post.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>

#include "contrail/error.hpp"
#include "contrail/version.hpp"
#include "core/require.hpp"

namespace contrail::handlers {

namespace {

constexpr std::size_t body_kept_bytes_max = 4 << 10;
/// An answer that is longer counts by its status alone, and its connection is closed.
constexpr std::size_t body_bytes_max = 64 << 10;
constexpr std::chrono::milliseconds connect_wait_max{10'000};

struct FreeUrl {
    void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
    void operator()(char* text) const noexcept { curl_free(text); }
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};

/// `https://example.com/hooks`. Throws Error (Retry::never).
std::string without_secrets(const std::string& url) {
    const std::unique_ptr<CURLU, FreeUrl> parsed(curl_url());
    require(parsed != nullptr, "libcurl has memory for a URL");
    CURLUcode error = curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0);
    char* part = nullptr;
    if (error == CURLUE_OK) error = curl_url_get(parsed.get(), CURLUPART_SCHEME, &part, 0);
    const std::unique_ptr<char, FreeUrl> scheme(part);
    const bool is_http =
        error == CURLUE_OK && (std::string_view(part) == "http" || std::string_view(part) == "https");
    if (!is_http) {
        throw Error(Retry::never,
                    std::string("Cannot send webhooks: the URL of --webhook is not understood (") +
                        (error == CURLUE_OK ? "another scheme" : curl_url_strerror(error)) +
                        "). Give one such as https://example.com/hooks.");
    }
    for (const CURLUPart secret : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT})
        curl_url_set(parsed.get(), secret, nullptr, 0);
    char* shown = nullptr;
    curl_url_get(parsed.get(), CURLUPART_URL, &shown, 0);
    const std::unique_ptr<char, FreeUrl> owned(shown);
    return shown == nullptr ? "" : shown;
}

struct Body {
    std::string kept;
    std::size_t bytes = 0;
};

/// Returns less than it was given to end the transfer.
std::size_t take_body(char* data, std::size_t size, std::size_t count, void* to) {
    Body& body = *static_cast<Body*>(to);
    const std::size_t bytes = size * count;
    body.kept.append(data, std::min(bytes, body_kept_bytes_max - body.kept.size()));
    body.bytes += bytes;
    return body.bytes > body_bytes_max ? 0 : bytes;
}

/// `detail` may be empty.
std::string reason_of(CURLcode code, const std::string& detail) {
    // So libcurl also calls a header of more than 100 KB.
    if (code == CURLE_OUT_OF_MEMORY) return "libcurl is out of memory, or a header of the answer is too long";
    return detail.empty() ? curl_easy_strerror(code) : detail;
}

}  // namespace

struct HttpPost::Handle {
    std::unique_ptr<CURL, FreeUrl> curl{curl_easy_init()};
    std::array<char, CURL_ERROR_SIZE> error{};

    template <typename Value>
    void set(CURLoption option, Value value) {
        const CURLcode code = curl_easy_setopt(curl.get(), option, value);
        require(code == CURLE_OK, "libcurl knows the option", static_cast<int>(option),
                curl_easy_strerror(code));
    }
};

HttpPost::HttpPost(const std::string& url, const std::string& ca_file)
    : shown_url_(without_secrets(url)),
      handle_(std::make_unique<Handle>()) {
    require(handle_->curl != nullptr, "libcurl initialises");
    handle_->set(CURLOPT_URL, url.c_str());
    handle_->set(CURLOPT_PROTOCOLS_STR, "http,https");
    handle_->set(CURLOPT_POST, 1L);
    handle_->set(CURLOPT_FOLLOWLOCATION, 0L);
    handle_->set(CURLOPT_NOSIGNAL, 1L);
    handle_->set(CURLOPT_ERRORBUFFER, handle_->error.data());
    handle_->set(CURLOPT_WRITEFUNCTION, &take_body);
    handle_->set(CURLOPT_USERAGENT, ("contrail/" + std::string(version)).c_str());
    if (!ca_file.empty()) handle_->set(CURLOPT_CAINFO, ca_file.c_str());
}

HttpPost::~HttpPost() = default;

HttpAnswer HttpPost::send(const std::vector<std::string>& headers, std::string_view body,
                          std::chrono::milliseconds wait_max) {
    std::unique_ptr<curl_slist, FreeUrl> lines;
    const auto add = [&](const char* line) {
        curl_slist* const longer = curl_slist_append(lines.get(), line);
        require(longer != nullptr, "libcurl has memory for a header");
        static_cast<void>(lines.release());
        lines.reset(longer);
    };
    for (const std::string& header : headers) add(header.c_str());
    add("Expect:");  // libcurl would wait a second for servers that do not answer it
    Body answer_body;
    handle_->error.front() = '\0';
    handle_->set(CURLOPT_HTTPHEADER, lines.get());
    handle_->set(CURLOPT_POSTFIELDS, body.data());
    handle_->set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    handle_->set(CURLOPT_WRITEDATA, &answer_body);
    handle_->set(CURLOPT_TIMEOUT_MS,
                 static_cast<long>(std::max<std::chrono::milliseconds::rep>(wait_max.count(), 1)));
    handle_->set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(connect_wait_max, wait_max).count()));
    const CURLcode code = curl_easy_perform(handle_->curl.get());

    HttpAnswer answer;
    curl_off_t retry_after_s = 0;
    curl_easy_getinfo(handle_->curl.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    curl_easy_getinfo(handle_->curl.get(), CURLINFO_RETRY_AFTER, &retry_after_s);
    if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && answer.status != 0)) {
        throw Error(Retry::call, reason_of(code, handle_->error.data()));
    }
    answer.retry_after = std::chrono::seconds(std::max<curl_off_t>(retry_after_s, 0));
    answer.body = std::move(answer_body.kept);
    return answer;
}

}  // namespace contrail::handlers
