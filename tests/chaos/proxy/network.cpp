#include "chaos/proxy/network.hpp"

#include <boost/asio/post.hpp>
#include <future>
#include <tuple>

namespace rocket_rides::chaos {

Network::Network() : work_(context_.get_executor()), thread_([this] { context_.run(); }) {}

Network::~Network() {
    context_.stop();
}

void Network::add(const std::string& name, const std::filesystem::path& entrance,
                  const std::filesystem::path& server) {
    run_there([&] {
        links_.emplace(std::piecewise_construct, std::forward_as_tuple(name),
                       std::forward_as_tuple(std::ref(context_), entrance, server));
    });
    names_.push_back(name);
}

std::vector<std::string> Network::names() const {
    return names_;
}

void Network::act(const std::string& name, const std::function<void(Link&)>& action) {
    run_there([&] { action(links_.at(name)); });
}

void Network::run_there(const std::function<void()>& action) {
    std::packaged_task<void()> task(action);
    boost::asio::post(context_, [&task] { task(); });
    task.get_future().get();
}

}  // namespace rocket_rides::chaos
