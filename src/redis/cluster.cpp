#include "redis/cluster.hpp"

#include <algorithm>
#include <charconv>
#include <exception>
#include <utility>
#include <vector>

#include "redis/command.hpp"
#include "redis/errors.hpp"

namespace contrail::redis {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Two are usual: a seed, and while the nodes learn of a fail-over the slot's old master. More go in a circle.
constexpr int redirections_max = 5;

/// What the node answers to a command on the key, which is a redirection unless it holds the slot. A node from which
/// the slot migrates answers ASK while the key is elsewhere or nowhere; the slot is still its own.
std::optional<LogUrl::Host> redirection(Connection& node, std::string_view key, const LogUrl::Host& asked) {
    std::string bytes;
    add_command(bytes, "EXISTS", key);
    node.send(bytes);
    const Reply& reply = node.receive(milliseconds(0));
    if (!reply.is_error() || reply.text.starts_with("ASK ")) return std::nullopt;
    if (auto moved = moved_to(reply.text, asked)) return moved;
    throw error_of_reply(reply.text);
}

Connection follow_from(LogUrl::Host host, const Endpoint& log, std::string_view key, Timeouts timeouts) {
    const base::Deadline deadline = steady_clock::now() + timeouts.connect;
    for (int i = 0; i <= redirections_max; ++i) {
        Connection node(log.server(host.name, host.port.value_or(usual_port)),
                        {.connect = remaining(deadline), .reply = timeouts.reply});
        try {
            node.open();
            const auto moved = redirection(node, key, host);
            if (!moved) return node;
            host = *moved;
        } catch (const Error& error) {
            throw Error(error.retry(), "could not be found: its node " + hosts_text({host}, usual_port) +
                                           ' ' + error.what());
        }
    }
    throw Circle(Retry::call,
                 "could not be found: its nodes send each other's clients in a circle. See CLUSTER NODES on "
                 "each of them.");
}

}  // namespace

std::optional<LogUrl::Host> moved_to(std::string_view reply, const LogUrl::Host& asked) {
    constexpr std::string_view word = "MOVED ";
    if (!reply.starts_with(word)) return std::nullopt;
    const auto address_begin = std::min(reply.find(' ', word.size()), reply.size() - 1) + 1;
    const std::string_view address = reply.substr(address_begin);
    const auto colon = address.rfind(':');  // IPv6 comes without brackets
    if (colon == std::string_view::npos) return std::nullopt;
    std::uint16_t port = 0;
    const char* const end = address.data() + address.size();
    const auto [parsed_to, error] = std::from_chars(address.data() + colon + 1, end, port);
    if (error != std::errc{} || parsed_to != end || port == 0) return std::nullopt;
    const std::string_view name = address.substr(0, colon);
    return LogUrl::Host{.name = name.empty() || name == "?" ? asked.name : std::string(name), .port = port};
}

Connection connect_to_owner(const Endpoint& log, std::string_view key,
                            const std::optional<LogUrl::Host>& last, Timeouts timeouts) {
    std::vector<LogUrl::Host> nodes = std::get<ClusterNodes>(log.found_by).seeds;
    if (last) nodes.insert(nodes.begin(), *last);
    const base::Deadline deadline = steady_clock::now() + timeouts.connect;
    std::exception_ptr failure;
    std::exception_ptr circle;
    for (auto left = static_cast<int>(nodes.size()); const LogUrl::Host& node : nodes) {
        try {
            return follow_from(node, log, key,
                               {.connect = remaining(deadline) / left--, .reply = timeouts.reply});
        } catch (const Circle&) {
            circle = std::current_exception();
        } catch (const Error& error) {
            if (error.retry() == Retry::never) throw;
            failure = std::current_exception();
        }
    }
    std::rethrow_exception(circle ? circle : failure);
}

}  // namespace contrail::redis
