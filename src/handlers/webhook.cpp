#include "handlers/webhook.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "contrail/error.hpp"
#include "contrail/handler_error.hpp"
#include "handlers/records_text.hpp"
#include "operations/cloud_event.hpp"

namespace contrail::handlers {

namespace {

using std::chrono::milliseconds;

/// A receiver that asks for more has made a mistake, and would stop the consumer for good.
constexpr std::chrono::seconds retry_after_max = std::chrono::hours(1);

constexpr std::size_t quoted_body_columns_max = 300;

bool may_pass(long status) {
    return status == 408 || status == 425 || status == 429 || status >= 500;
}

/// ": no such order", or nothing.
std::string quoted_body(const std::string& body) {
    const std::string text(base::trimmed(base::shortened(base::harmless(body), quoted_body_columns_max)));
    return text.empty() ? "" : ": " + text;
}

}  // namespace

Webhook::Webhook(const ConsumerName& consumer, const StreamName& log, WebhookSecrets secrets,
                 const Options& options, Clock& clock)
    : consumer_(consumer.str()),
      log_(log.str()),
      source_(operations::cloud_event_source(log)),
      secrets_(std::move(secrets)),
      http_(options.url, options.ca_file),
      answer_max_(options.answer_max),
      clock_(clock) {}

void Webhook::handle(std::span<const Record> records) {
    const auto deadline = clock_.now() + answer_max_;
    while (!records.empty()) {
        const auto ends_here = [&](const Record& record) {
            return std::ranges::binary_search(ends_, record.id);
        };
        const auto end = std::ranges::find_if(records, ends_here);
        const auto count =
            end == records.end() ? records.size() : static_cast<std::size_t>(end - records.begin()) + 1;
        send(records.first(count), std::max(deadline - clock_.now(), milliseconds(1)));
        records = records.subspan(count);
    }
    ends_.clear();
}

void Webhook::send(std::span<const Record> records, milliseconds wait_max) {
    const RecordId last = records.back().id;
    if (const auto place = std::ranges::lower_bound(ends_, last); place == ends_.end() || *place != last)
        ends_.insert(place, last);
    body_.clear();
    char separator = '[';
    for (const Record& record : records) {
        body_ += separator;
        operations::append_cloud_event(body_, record, source_);
        separator = ',';
    }
    body_ += ']';
    const std::string id = id_of(records);
    const std::string timestamp = std::to_string(clock_.unix_ms() / 1'000);
    HttpAnswer answer;
    try {
        answer = http_.send(
            {"Content-Type: application/cloudevents-batch+json; charset=UTF-8", "webhook-id: " + id,
             "webhook-timestamp: " + timestamp, "webhook-signature: " + secrets_.sign(id, timestamp, body_)},
            body_, wait_max);
    } catch (const Error& error) {
        throw Error(Retry::call, "Cannot send " + records_text(records) + " to " + http_.shown_url() + ": " +
                                     error.what() + '.');
    }
    judge(answer, records);
}

/// The same for the same records, in every process of the consumer.
std::string Webhook::id_of(std::span<const Record> records) const {
    return message_id(log_ + '\n' + consumer_ + '\n' + records.front().id.to_string() + '\n' +
                      records.back().id.to_string() + '\n' + std::to_string(records.size()));
}

void Webhook::judge(const HttpAnswer& answer, std::span<const Record> records) const {
    if (answer.status >= 200 && answer.status < 300) return;
    const std::string said = http_.shown_url() + " answered " + std::to_string(answer.status) + " to " +
                             records_text(records) + quoted_body(answer.body);
    if (may_pass(answer.status))
        throw RetryLater(said + ". The consumer sends it again.",
                         std::min(answer.retry_after, retry_after_max));
    if (answer.status == 410) {
        throw StopConsumer(
            said +
            ". The receiver wants no more webhooks. Give another URL, or run `contrail consumer forget " +
            consumer_ + "`.");
    }
    if (answer.status >= 400) throw Error(Retry::never, said + '.');
    throw Error(Retry::call,
                said + ". The consumer follows no redirects. Give --webhook the URL that answers itself.");
}

}  // namespace contrail::handlers
