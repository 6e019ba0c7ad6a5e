#include <utility>

#include "contrail/published_status.hpp"
#include "logs/logs.hpp"
#include "status/instance_tracker.hpp"
#include "status/status_publisher.hpp"
#include "status/track_events.hpp"

namespace contrail {

namespace {

using namespace std::chrono_literals;

// A program that ends waits for its final status, but not for long.
constexpr logs::Waits waits{.connect = 1s, .reply = 1s};

constexpr Clock::Duration publish_every = 1s;

using Post = std::function<void(status::StatusBoard& board, const status::ProgramStatus& status)>;

/// A program whose status is published as `post` says. Tracker: one that takes `arguments`, and a function to call when
/// the status has changed.
template <class Tracker>
class Published {
public:
    template <class... Arguments>
    Published(const Settings& settings, OnStatusFailure on_failure, Clock::Duration every, Post post,
              Arguments&&... arguments)
        : tracker_(std::forward<Arguments>(arguments)..., system_clock(), [this] { publisher_.wake(); }),
          board_(logs::open_status_board(settings, waits)),
          publisher_(
              tracker_,
              [this, post = std::move(post)](const status::ProgramStatus& status) { post(*board_, status); },
              std::move(on_failure), every) {}

    Tracker& tracker() { return tracker_; }

private:
    Tracker tracker_;
    std::unique_ptr<status::StatusBoard>
        board_;  ///< The publisher's thread uses it, and after its end the destructor.
    status::StatusPublisher publisher_;  ///< Last: it uses the others.
};

using PublishedProgram = Published<status::StatusTracker>;
using PublishedInstance = Published<status::InstanceTracker>;

Post under(std::string field) {
    return [field = std::move(field)](status::StatusBoard& board, const status::ProgramStatus& status) {
        board.post(field, status);
    };
}

template <class Event>
std::function<void(const Event&)> publishing(std::shared_ptr<PublishedProgram> published) {
    return [published = std::move(published)](const Event& event) { track(published->tracker(), event); };
}

}  // namespace

OnConsumerEvent consumer_status(const Settings& settings, const ConsumerName& consumer,
                                OnStatusFailure on_failure) {
    return publishing<ConsumerEvent>(std::make_shared<PublishedProgram>(
        settings, std::move(on_failure), publish_every, under(status::consumer_field(consumer.str())),
        ProgramState::consuming));
}

PartitionStatus partitioned_consumer_status(const Settings& settings, const ConsumerName& consumer,
                                            OnStatusFailure on_failure) {
    const auto published = std::make_shared<PublishedInstance>(
        settings, std::move(on_failure), publish_every,
        [field = status::consumer_field(consumer.str())](status::StatusBoard& board,
                                                         const status::ProgramStatus& status) {
            board.post_instance(field, status);
        });
    return {.claims = [published](const ConsumerEvent& event) { published->tracker().track(event); },
            .worker =
                [published](Segment segment) {
                    return [published, segment](const ConsumerEvent& event) {
                        published->tracker().track(segment, event);
                    };
                }};
}

StreamerStatusListeners streamer_status(const Settings& settings, OnStatusFailure on_failure,
                                        Clock::Duration every) {
    const auto published = std::make_shared<PublishedProgram>(settings, std::move(on_failure), every,
                                                              under(std::string(status::streamer_field)),
                                                              ProgramState::streaming);
    return {publishing<StreamerEvent>(published), publishing<RetentionEvent>(published)};
}

}  // namespace contrail
