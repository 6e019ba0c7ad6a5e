#include "demo/faults/network/network.hpp"

#include <boost/asio/post.hpp>
#include <future>
#include <tuple>

namespace demo {

Network::Network() : work_(context_.get_executor()), thread_([this] { context_.run(); }) {}

Network::~Network() {
    context_.stop();
}

void Network::add(const std::string& name, const std::filesystem::path& entrance,
                  const std::filesystem::path& server) {
    run_on_thread([&] {
        links_.emplace(std::piecewise_construct, std::forward_as_tuple(name),
                       std::forward_as_tuple(std::ref(context_), entrance, server));
    });
    names_.push_back(name);
}

std::vector<std::string> Network::names() const {
    return names_;
}

void Network::change(const std::string& name, const std::function<void(Link&)>& action) {
    run_on_thread([&] { action(links_.at(name)); });
}

void Network::run_on_thread(const std::function<void()>& action) {
    std::packaged_task<void()> task(action);
    boost::asio::post(context_, [&task] { task(); });
    task.get_future().get();
}

}  // namespace demo
