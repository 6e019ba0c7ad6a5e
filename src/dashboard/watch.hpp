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

/// What the page is told: a name that its script knows, and one line of JSON.
struct Event {
    std::string name;
    std::string data;
};

/// What one look found.
struct Sight {
    std::vector<Event> events;
    std::chrono::milliseconds again_in{1'000};  ///< When it is worth while to look again.
    /// It has to be looked at again even if nobody watches any more.
    bool unfinished = false;
};

/// Looks at something: may wait for servers. What it throws is logged, and it is tried again.
using Look = std::function<Sight()>;

/// Looks at things, again and again, for as long as somebody watches; else at nothing. One look serves all
/// who watch.
///
/// Threads  run() is for a thread of its own, on which all looks are; the rest is for any.
class Watch {
public:
    /// `show` is called on that thread with what was found.
    explicit Watch(std::function<void(std::vector<Event>)> show) : show_(std::move(show)) {}

    /// Before run().
    void add(Look look) { looks_.push_back(std::move(look)); }

    /// Another one watches: the next look is now.
    void somebody_came();
    /// Nobody watches any more.
    void all_have_left();
    /// Something happened: the next look is now, whoever watches.
    void look_now();

    void run(const std::stop_token& stop);

private:
    Sight look();

    std::function<void(std::vector<Event>)> show_;
    std::vector<Look> looks_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool watched_ = false;     ///< Guarded by mutex_.
    bool wanted_now_ = false;  ///< Guarded by mutex_.
};

}  // namespace contrail::dashboard
