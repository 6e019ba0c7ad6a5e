#include "demo/up/admin_sockets.hpp"

#include "contrail/error.hpp"
#include "contrail/http.hpp"

namespace demo {

namespace {

constexpr auto host = "127.0.0.1";

/// Bounds the search for a free port. No machine runs so many fleets.
constexpr int ports_tried_max = 1'000;

}  // namespace

void AdminSockets::open_for(ProgramSpec& program) {
    list_ += (list_.empty() ? "" : ", ") + program.name + ' ' + std::to_string(open());
    program.command.inherited = sockets_.back().get();
    program.command.environment["CONTRAIL_ADMIN_SOCKET"] =
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

}  // namespace demo
