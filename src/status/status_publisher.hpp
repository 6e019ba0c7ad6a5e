#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "contrail/error.hpp"
#include "status/status_source.hpp"

namespace contrail::status {

/// Publishes a program's status every so often, half as often while the program is idle, and sooner when it is woken.
/// It has a thread of its own: the program never waits for a slow log server. The destructor publishes the final
/// status.
class StatusPublisher {
public:
    /// Puts the status where others read it. May throw Error.
    using Publish = std::function<void(const ProgramStatus&)>;
    /// Called with the first failure after a success, on the publisher's thread. May be empty.
    using OnFailure = std::function<void(const Error&)>;

    /// `source` must outlive it. `every`: at least 100 ms.
    StatusPublisher(const StatusSource& source, Publish publish, OnFailure on_failure,
                    std::chrono::milliseconds every = std::chrono::seconds(1));
    StatusPublisher(const StatusPublisher&) = delete;
    StatusPublisher& operator=(const StatusPublisher&) = delete;
    ~StatusPublisher();

    /// The status has changed: publish it soon. From any thread; does not block.
    void wake();

private:
    void run(const std::stop_token& stop);
    void wait(std::chrono::milliseconds wait_max, const std::stop_token& stop);
    void publish(const std::optional<ProgramStatus>& status);

    const StatusSource& source_;
    Publish publish_;
    OnFailure on_failure_;
    std::chrono::milliseconds every_;
    bool failing_ = false;

    std::mutex mutex_;
    std::condition_variable_any woken_;
    bool wake_ = false;    ///< Guarded by mutex_.
    std::jthread thread_;  ///< Last: it uses the others.
};

}  // namespace contrail::status
