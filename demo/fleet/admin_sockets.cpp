#include "demo/fleet/admin_sockets.hpp"

#include "contrail/error.hpp"
#include "http/listen.hpp"

namespace rocket_rides {

namespace {

constexpr auto host = "127.0.0.1";

/// More than this many fleets and strangers beside each other are not expected.
constexpr int ports_tried_max = 1'000;

}  // namespace

void AdminSockets::give(Member::Plan& plan) {
    list_ += (list_.empty() ? "" : ", ") + plan.name + ' ' + std::to_string(open());
    plan.command.inherited = sockets_.back().get();
    plan.command.environment["CONTRAIL_ADMIN_SOCKET"] =
        std::to_string(contrail::servers::inherited_descriptor);
}

std::uint16_t AdminSockets::open() {
    boost::asio::io_context context;
    for (int tried = 1;; ++tried) {
        const std::uint16_t port = next_port_ == 0 ? next_port_ : next_port_++;
        try {
            auto acceptor = contrail::http::listen(context, host, port, "--admin-port");
            const std::uint16_t opened = acceptor.local_endpoint().port();
            sockets_.emplace_back(acceptor.release());
            return opened;
        } catch (const contrail::Error&) {
            if (tried == ports_tried_max) throw;
        }
    }
}

}  // namespace rocket_rides
