#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace contrail::dashboard {

/// One server-sent event for the page: a name that its script knows, and one line of JSON.
struct Message {
    std::string name;
    std::string data;
};

/// What one poll found.
struct Snapshot {
    std::vector<Message> messages;
    std::chrono::milliseconds next_in{1'000};  ///< The pause until the next poll.
    /// True while the poller must go on even without viewers.
    bool unfinished = false;
};

/// Asks the servers for something that the page shows; may wait for them. The poller logs what a poll throws,
/// and polls again.
using Poll = std::function<Snapshot()>;

/// Repeats its polls while the page has viewers, and rests while it has none. All viewers share one snapshot.
///
/// Threads  run() takes a thread of its own, and all polls run on it. Any thread may call the other
///          functions.
class Poller {
public:
    /// Calls `show` on the thread of run() with what each round of polls found.
    explicit Poller(std::function<void(std::vector<Message>)> show) : show_(std::move(show)) {}

    /// Only before run().
    void add(Poll poll) { polls_.push_back(std::move(poll)); }

    /// A viewer opened the page: the next round of polls is due now.
    void viewer_joined();
    /// The last viewer closed the page.
    void viewers_left();
    /// Makes the next round of polls due now, with or without viewers.
    void poll_now();

    void run(const std::stop_token& stop);

private:
    Snapshot poll_all();

    std::function<void(std::vector<Message>)> show_;
    std::vector<Poll> polls_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool has_viewers_ = false;  ///< Guarded by mutex_.
    bool due_now_ = false;      ///< Guarded by mutex_.
};

}  // namespace contrail::dashboard
