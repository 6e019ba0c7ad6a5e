#include <utility>

#include "contrail/published_status.hpp"
#include "logs/logs.hpp"
#include "status/status_publisher.hpp"
#include "status/track_events.hpp"

namespace contrail {

namespace {

using namespace std::chrono_literals;

// A program that ends waits for its final status, but not for long.
constexpr logs::Waits waits{.connect = 1s, .reply = 1s};

/// A program whose status is published under `field` of the status board.
class PublishedStatus {
public:
    PublishedStatus(const Settings& settings, std::string field, ProgramState working,
                    OnStatusFailure on_failure)
        : tracker_(working, system_clock(), [this] { publisher_.wake(); }),
          field_(std::move(field)),
          board_(logs::open_status_board(settings, waits)),
          publisher_(
              tracker_, [this](const status::ProgramStatus& status) { board_->post(field_, status); },
              std::move(on_failure)) {}

    status::StatusTracker& tracker() { return tracker_; }

private:
    status::StatusTracker tracker_;
    std::string field_;
    std::unique_ptr<status::StatusBoard>
        board_;  ///< The publisher's thread uses it, and after its end the destructor.
    status::StatusPublisher publisher_;  ///< Last: it uses the others.
};

template <class Event>
std::function<void(const Event&)> publishing(std::shared_ptr<PublishedStatus> published) {
    return [published = std::move(published)](const Event& event) { track(published->tracker(), event); };
}

}  // namespace

OnConsumerEvent consumer_status(const Settings& settings, const ConsumerName& consumer,
                                OnStatusFailure on_failure) {
    return publishing<ConsumerEvent>(std::make_shared<PublishedStatus>(
        settings, status::consumer_field(consumer.str()), ProgramState::consuming, std::move(on_failure)));
}

StreamerStatusListeners streamer_status(const Settings& settings, OnStatusFailure on_failure) {
    const auto published = std::make_shared<PublishedStatus>(settings, std::string(status::streamer_field),
                                                             ProgramState::streaming, std::move(on_failure));
    return {publishing<StreamerEvent>(published), publishing<RetentionEvent>(published)};
}

}  // namespace contrail
