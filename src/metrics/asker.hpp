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

/// What a question came to: the answer, or why there is none.
template <class T>
struct Answer {
    std::optional<T> value;
    std::string error;
};

/// A question on its way. Used on the thread of its io_context alone.
template <class T>
class Question {
public:
    Question(boost::asio::io_context& context, std::chrono::milliseconds wait_max)
        : answered_(context, wait_max),
          answer_{{}, "no answer within " + std::to_string(wait_max.count()) + " ms"} {}

    void settle(Answer<T> answer) {
        answer_ = std::move(answer);
        settled_ = true;
        answered_.cancel();
    }

    /// Ends when it was settled, or when the time for it is up; counted from when it was put.
    boost::asio::awaitable<Answer<T>> answer() {
        boost::system::error_code cancelled;
        if (!settled_) co_await answered_.async_wait(redirect_error(boost::asio::use_awaitable, cancelled));
        co_return std::move(answer_);
    }

private:
    boost::asio::steady_timer answered_;
    Answer<T> answer_;
    bool settled_ = false;
};

/// A thread that asks a server, one question after the other, on behalf of coroutines that must not wait for
/// long: a server that hangs holds up this thread and nobody else.
///
/// Threads   ask() on the io_context's thread; questions are put on the asker's own.
/// Lifetime  The io_context must outlive it. The destructor waits for the question in hand.
class Asker {
public:
    explicit Asker(boost::asio::io_context& context);

    /// Puts a question, which may throw what it likes to say that there is no answer. One that nobody waits
    /// for any more by the time its turn comes is not put.
    template <class T>
    std::shared_ptr<Question<T>> ask(std::function<T()> put, std::chrono::milliseconds wait_max) {
        auto question = std::make_shared<Question<T>>(context_, wait_max);
        enqueue([this, put = std::move(put), weak = std::weak_ptr(question)] {
            // Never locked here, or its timer could end its life on this thread.
            if (weak.expired()) return;
            boost::asio::post(context_, [weak, answer = attempt(put)]() mutable {
                if (const auto waiting = weak.lock()) waiting->settle(std::move(answer));
            });
        });
        return question;
    }

private:
    template <class T>
    static Answer<T> attempt(const std::function<T()>& put) {
        try {
            return {put(), {}};
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
    std::jthread thread_;  ///< Last, so that it ends before what it uses.
};

}  // namespace contrail::metrics
