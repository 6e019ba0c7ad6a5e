#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "redis/connection.hpp"

namespace contrail::redis {

/// The nodes of a Redis Cluster send each other's clients in a circle. A fail-over may look so for a moment, and a
/// cluster that is set up wrongly for ever: to ask again without a pause would keep all its nodes busy.
class Circle : public Error {
public:
    using Error::Error;
};

/// Connects to the master of a Redis Cluster that holds the slot of `key`. `last`, where it was found before, is asked
/// first, then each seed. A node that does not hold the slot says which one does (MOVED), and is followed at once.
/// Throws Error if no node answers, or none of them leads to a master that does; Circle if one of them leads nowhere.
Connection connect_to_owner(const Endpoint& log, std::string_view key,
                            const std::optional<LogUrl::Host>& last, Timeouts timeouts);

/// Where `MOVED 3999 10.0.0.2:6381` sends a client of the node at `asked`. A node that does not know its own address
/// leaves the host out: then it is that of `asked`. Nothing if the reply is no such redirection.
std::optional<LogUrl::Host> moved_to(std::string_view reply, const LogUrl::Host& asked);

}  // namespace contrail::redis
