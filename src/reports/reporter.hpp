#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "contrail/error.hpp"
#include "reports/progress.hpp"

namespace contrail {

/// Reports a program's progress once a second, and sooner when asked to, on a thread of its own: a log's
/// server that is slow or away holds nobody up. When it is destroyed it reports the program's end.
class Reporter {
public:
    /// Says it where others read it. May throw Error.
    using Tell = std::function<void(const Report&)>;
    /// Is told why the first report failed after one that did not. Called on the reporter's thread.
    using OnFailure = std::function<void(const Error&)>;

    /// `progress` must outlive it.
    Reporter(const Progress& progress, Tell tell, OnFailure on_failure);
    Reporter(const Reporter&) = delete;
    Reporter& operator=(const Reporter&) = delete;
    ~Reporter();

    /// Something has changed: the next report shall not wait. Any thread; does not wait for anything.
    void hurry();

private:
    void run(const std::stop_token& stop);
    void wait(const std::stop_token& stop);
    void tell(const std::optional<Report>& report);

    const Progress& progress_;
    Tell tell_;
    OnFailure on_failure_;
    bool fails_ = false;

    std::mutex mutex_;
    std::condition_variable_any hurried_;
    bool hurry_ = false;   ///< Guarded by mutex_.
    std::jthread thread_;  ///< Last: it uses the others.
};

}  // namespace contrail
