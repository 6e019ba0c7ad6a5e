#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

namespace contrail::metrics {

/// A query's value, or the reason why there is none.
template <class T>
struct QueryResult {
    std::optional<T> value;
    std::string error;
};

/// A query that was submitted and may not have ended. Used on the thread of its io_context only. Destroying
/// it gives the query up.
template <class T>
class PendingQuery {
public:
    PendingQuery(boost::asio::io_context& context, std::chrono::milliseconds wait_max)
        : ended_(context, wait_max),
          result_{{}, "no answer within " + std::to_string(wait_max.count()) + " ms"} {}

    void settle(QueryResult<T> result) {
        result_ = std::move(result);
        settled_ = true;
        ended_.cancel();
    }

    /// Waits for the result, for at most `wait_max` since the query was submitted.
    boost::asio::awaitable<QueryResult<T>> result() {
        boost::system::error_code cancelled;
        if (!settled_) co_await ended_.async_wait(redirect_error(boost::asio::use_awaitable, cancelled));
        co_return std::move(result_);
    }

private:
    boost::asio::steady_timer ended_;
    QueryResult<T> result_;
    bool settled_ = false;
};

/// Runs blocking queries, one after the other, for coroutines that must not block: a server that hangs blocks
/// this thread and nothing else.
///
/// Threads   submit() on the io_context's thread. Queries run on this object's own thread.
/// Lifetime  The io_context must outlive it. The destructor waits for the query that runs.
class QueryThread {
public:
    explicit QueryThread(boost::asio::io_context& context);

    /// `query` returns the value, or throws any std::exception. It does not run if the caller has given it up
    /// before its turn comes.
    template <class T>
    std::shared_ptr<PendingQuery<T>> submit(std::function<T()> query, std::chrono::milliseconds wait_max) {
        auto pending = std::make_shared<PendingQuery<T>>(context_, wait_max);
        enqueue([this, query = std::move(query), weak = std::weak_ptr(pending)] {
            // Not locked: this thread could then destroy the timer, which belongs to the io_context's thread.
            if (weak.expired()) return;
            boost::asio::post(context_, [weak, result = attempt(query)]() mutable {
                if (const auto waiting = weak.lock()) waiting->settle(std::move(result));
            });
        });
        return pending;
    }

private:
    template <class T>
    static QueryResult<T> attempt(const std::function<T()>& query) {
        try {
            return {query(), {}};
        } catch (const std::exception& error) {
            return {std::nullopt, error.what()};
        }
    }

    void enqueue(std::function<void()> task);
    void work(const std::stop_token& stop);

    boost::asio::io_context& context_;
    std::mutex mutex_;  ///< Guards the queue.
    std::condition_variable_any changed_;
    std::deque<std::function<void()>> queue_;
    std::jthread thread_;  ///< Last: it ends before what it uses.
};

}  // namespace contrail::metrics
