#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "contrail/clock.hpp"
#include "contrail/names.hpp"
#include "contrail/record.hpp"
#include "handlers/http_post.hpp"
#include "handlers/webhook_secrets.hpp"

namespace contrail::handlers {

/// An HTTP endpoint, as the handler of an AtLeastOnceConsumer. It gets a batch as one POST request, in CloudEvents'
/// JSON batch format, signed as Standard Webhooks prescribes.
///
/// Status  2xx accepts the batch. 408, 425, 429, 5xx and no answer are tried again, after Retry-After if that is
///         longer than the usual pause. So are redirects, which are not followed. 410 stops the consumer. Any other
///         4xx rejects the records.
///
/// Threads  Not thread-safe.
class Webhook {
public:
    struct Options {
        std::string url;
        std::string ca_file;                     ///< Authorities to trust, PEM; empty: the system's.
        std::chrono::milliseconds answer_max{};  ///< Longest time for a batch. Less than a minute.
    };

    /// `clock` must outlive it. Throws Error (Retry::never) if the URL is none.
    Webhook(const ConsumerName& consumer, const StreamName& log, WebhookSecrets secrets,
            const Options& options, Clock& clock);

    /// The handler.
    void handle(std::span<const Record> records);

private:
    void send(std::span<const Record> records, std::chrono::milliseconds wait_max);
    [[nodiscard]] std::string id_of(std::span<const Record> records) const;
    void judge(const HttpAnswer& answer, std::span<const Record> records) const;

    std::string consumer_;
    std::string log_;
    std::string source_;
    WebhookSecrets secrets_;
    HttpPost http_;
    std::chrono::milliseconds answer_max_;
    Clock& clock_;
    std::string body_;  ///< Kept, so that its memory is used again.
    /// Where requests ended that were not accepted, in the log's order. When the records come again, more may have
    /// followed them. They are sent in the same requests all the same: a receiver may know one by its id.
    std::vector<RecordId> ends_;
};

}  // namespace contrail::handlers
