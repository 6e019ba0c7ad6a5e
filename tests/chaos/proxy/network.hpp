#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "chaos/proxy/link.hpp"

namespace rocket_rides::chaos {

/// All ways from programs to servers, on a thread of its own.
///
/// Threads  All calls on one thread, which must not be the network's own.
class Network {
public:
    Network();
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;
    ~Network();

    /// Adds a way to `server`, the path of a socket: whoever connects to `entrance` gets there. Throws Error.
    void add(const std::string& name, const std::filesystem::path& entrance,
             const std::filesystem::path& server);

    [[nodiscard]] std::vector<std::string> names() const;

    /// Does something to one of the ways, and returns when it was done.
    void act(const std::string& name, const std::function<void(Link&)>& action);

private:
    void run_there(const std::function<void()>& action);

    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::map<std::string, Link> links_;  ///< Touched by the thread only, once it runs.
    std::vector<std::string> names_;
    std::jthread thread_;
};

}  // namespace rocket_rides::chaos
