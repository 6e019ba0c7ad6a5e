#include "metrics/query_thread.hpp"

namespace contrail::metrics {

QueryThread::QueryThread(boost::asio::io_context& context)
    : context_(context),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

void QueryThread::enqueue(std::function<void()> task) {
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(task));
    }
    changed_.notify_one();
}

void QueryThread::work(const std::stop_token& stop) {
    for (;;) {
        std::function<void()> task;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, stop, [&] { return !queue_.empty(); });
            if (stop.stop_requested()) return;
            task = std::move(queue_.front());
            queue_.pop_front();
        }
        task();
    }
}

}  // namespace contrail::metrics
