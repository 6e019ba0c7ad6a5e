#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "demo/faults/network/link.hpp"

namespace demo {

/// All links from programs to servers, on a thread of its own.
///
/// Threads  All calls on one thread, which must not be the network's own.
class Network {
public:
    Network();
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;
    ~Network();

    /// Adds a link: a program that connects to `entrance` reaches `server`, the path of a socket. Throws
    /// Error.
    void add(const std::string& name, const std::filesystem::path& entrance,
             const std::filesystem::path& server);

    [[nodiscard]] std::vector<std::string> names() const;

    /// Calls `action` for the link on the network's thread, and waits for it.
    void change(const std::string& name, const std::function<void(Link&)>& action);

private:
    void run_on_thread(const std::function<void()>& action);

    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::map<std::string, Link> links_;  ///< Only the thread uses it, once it runs.
    std::vector<std::string> names_;
    std::jthread thread_;
};

}  // namespace demo
