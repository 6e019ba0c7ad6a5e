#pragma once

#include <algorithm>
#include <boost/asio/append.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "contrail/clock.hpp"
#include "contrail/component_log.hpp"
#include "contrail/error.hpp"

namespace contrail {

/// Lets requests that wait at the same time share one transaction, on a thread of its own: a commit, a write
/// to the disk, is what a small change costs most. A service in coroutines asks; its Backend has the database.
///
/// Order     Requests with the same key are served in the order in which they came, each in another group.
/// Outages   While the backend is closed, every request is refused at once, and the thread opens it again.
/// Threads   ask() and is_open() from any thread. The coroutines that await answers share one executor, which
///           outlives this object.
///
/// Header-only, on Boost.Asio; link contrail::http.
template <class Request, class Answer>
class GroupCommit {
public:
    struct Options {
        std::size_t group_requests_max = 500;       ///< More share a commit, and wait longer for each other.
        std::size_t waiting_requests_max = 10'000;  ///< A second's work. More are refused as overloaded.
        ComponentLog log{"requests"};               ///< What it writes to the program's log comes from here.
    };

    /// What does the requests. Only the thread of the GroupCommit calls it, except for the answers that refuse
    /// a request: these come from any thread. No call but open() may throw.
    class Backend {
    public:
        Backend() = default;
        Backend(const Backend&) = delete;
        Backend& operator=(const Backend&) = delete;
        virtual ~Backend() = default;

        [[nodiscard]] virtual bool is_open() = 0;
        /// Connects to the database. Throws Error if that fails; the GroupCommit tries again.
        virtual void open() = 0;

        /// Does a group, which is not empty, and returns the answers in the same order.
        virtual std::vector<Answer> serve(std::span<const Request> requests) = 0;

        /// Requests with the same key never share a group; those without one share with all.
        [[nodiscard]] virtual std::optional<std::int64_t> key_of(const Request& request) const = 0;

        [[nodiscard]] virtual Answer unavailable() const = 0;
        [[nodiscard]] virtual Answer overloaded() const = 0;
    };

    /// Opens the backend, which must outlive this object. Throws what open() throws if it is Retry::never: an
    /// operator must act first. Else the thread tries again, and says so.
    GroupCommit(Backend& backend, const Options& options) : backend_(backend), options_(options) {
        try {
            backend_.open();
            open_ = true;
        } catch (const Error& error) {
            if (error.retry() == Retry::never) throw;
        }
        thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
    }

    /// Waits for the current group. Requests that still wait are abandoned: their coroutines never resume.
    ~GroupCommit() = default;

    boost::asio::awaitable<Answer> ask(Request request) {
        const auto join = [this, request](auto handler) {
            const std::lock_guard lock(mutex_);
            if (!open_ || waiting_.requests.size() >= options_.waiting_requests_max) {
                Answer refusal = open_ ? backend_.overloaded() : backend_.unavailable();
                boost::asio::post(boost::asio::append(std::move(handler), std::move(refusal)));
                return;
            }
            const auto executor = boost::asio::get_associated_executor(handler);
            waiting_.add(request, std::move(handler));
            // When the executor comes round to this, all requests wait that arrived together.
            if (std::exchange(waking_, true)) return;
            boost::asio::post(executor, [this] {
                const std::lock_guard again(mutex_);
                waking_ = false;
                wake_.notify_one();
            });
        };
        return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Answer)>(
            join, boost::asio::use_awaitable);
    }

    /// False while the backend is closed.
    [[nodiscard]] bool is_open() {
        const std::lock_guard lock(mutex_);
        return open_;
    }

private:
    using Clock = std::chrono::steady_clock;
    using Handler = boost::asio::async_result<boost::asio::use_awaitable_t<>, void(Answer)>::handler_type;

    /// How often an idle thread checks that its backend is open, to open it before a request needs it.
    static constexpr std::chrono::milliseconds idle_wait_max{1'000};
    /// How long clients just answered have to come back: a quarter of their group's time, and at most this.
    static constexpr std::chrono::milliseconds expected_wait_max{5};

    /// Pauses between attempts to open the backend; meanwhile every request is refused at once.
    static constexpr std::chrono::milliseconds open_wait_min{50};
    static constexpr std::chrono::milliseconds open_wait_max{1'000};

    /// Requests, and the coroutines that await their answers, in the same order.
    struct Group {
        std::vector<Request> requests;
        std::vector<Handler> handlers;

        void add(const Request& request, Handler handler) {
            requests.push_back(request);
            handlers.push_back(std::move(handler));
        }

        /// Resumes the coroutines, in one go: handing answers over one by one costs more than answering.
        void answer(std::vector<Answer> answers) {
            if (handlers.empty()) return;
            const auto executor = boost::asio::get_associated_executor(handlers.front());
            boost::asio::post(executor,
                              [handlers = std::move(handlers), answers = std::move(answers)]() mutable {
                                  for (std::size_t i = 0; i < handlers.size(); ++i)
                                      std::move(handlers[i])(std::move(answers[i]));
                              });
        }
    };

    void work(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            if (backend_.is_open())
                serve(take(stop));
            else
                reopen(stop);
        }
    }

    void reopen(const std::stop_token& stop) {
        Group abandoned;
        {
            const std::lock_guard lock(mutex_);
            open_ = false;
            std::swap(abandoned, waiting_);
        }
        abandoned.answer(std::vector<Answer>(abandoned.requests.size(), backend_.unavailable()));
        auto pause = open_wait_min;
        for (bool reported = false; !stop.stop_requested(); reported = true) {
            try {
                backend_.open();
                const std::lock_guard lock(mutex_);
                open_ = true;
                options_.log.info("connected to the database");
                return;
            } catch (const Error& error) {
                if (!reported)
                    options_.log.warn("requests fail until the database is there: {error}",
                                      {{"error", error.what()}});
            }
            system_clock().wait(pause, stop);
            pause = std::min(2 * pause, open_wait_max);
        }
    }

    /// Waits for a request; and then a moment for the clients just answered, so that they share the next
    /// commit. Else clients who wait for each answer fall into two halves that take turns, and pay for twice
    /// the commits.
    Group take(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        const std::size_t complete = std::min(
            options_.group_requests_max, waiting_.requests.size() + std::exchange(expected_requests_, 0));
        wake_.wait_for(lock, stop, idle_wait_max, [this] { return !waiting_.requests.empty(); });
        wake_.wait_until(lock, stop, expected_until_,
                         [this, complete] { return waiting_.requests.size() >= complete; });
        Group taken;
        Group later;
        std::unordered_set<std::int64_t> keys;
        for (std::size_t i = 0; i < waiting_.requests.size(); ++i) {
            const Request& request = waiting_.requests[i];
            const bool has_room = taken.requests.size() < options_.group_requests_max;
            const auto key = backend_.key_of(request);
            const bool goes = has_room && (!key || keys.insert(*key).second);
            (goes ? taken : later).add(request, std::move(waiting_.handlers[i]));
        }
        waiting_ = std::move(later);
        return taken;
    }

    void serve(Group group) {
        if (group.requests.empty()) return;
        const auto began = Clock::now();
        std::vector<Answer> answers = backend_.serve(group.requests);
        const auto ended = Clock::now();
        expected_requests_ = answers.size();
        expected_until_ = ended + std::min<Clock::duration>((ended - began) / 4, expected_wait_max);
        group.answer(std::move(answers));
    }

    Backend& backend_;
    const Options options_;

    // The thread alone uses these.
    std::size_t expected_requests_ = 0;  ///< Of the clients that were answered last.
    Clock::time_point expected_until_{};

    std::condition_variable_any wake_;
    std::mutex mutex_;  ///< Guards what follows.
    Group waiting_;
    bool open_ = false;  ///< As the thread found it last.
    bool waking_ = false;

    std::jthread thread_;  ///< Last, so that it ends before what it uses.
};

}  // namespace contrail
