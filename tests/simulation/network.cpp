#include "network.hpp"

#include <algorithm>

#include "connection.hpp"
#include "world.hpp"

namespace contrail::simulation {

std::shared_ptr<Connection> Network::connect() {
    connections_.push_back(std::make_shared<Connection>(world_, world_.running->name()));
    return connections_.back();
}

void Network::abandon(const std::shared_ptr<Connection>& connection) {
    std::erase(connections_, connection);
    connection->drop_after(world_.random.below(connection->on_the_way() + 1));
    connection->forget_reads();
    if (connection->on_the_way() > 0) abandoned_.push_back(connection);
}

void Network::deliver() {
    if (!connections_.empty() && world_.random.chance(300)) {
        connections_[world_.random.below(connections_.size())]->deliver();
    }
    if (!abandoned_.empty() && world_.random.chance(50)) {
        const auto which = world_.random.below(abandoned_.size());
        if (abandoned_[which]->deliver()) {
            world_.happened(Happened::late_delivery);
        } else {
            abandoned_.erase(abandoned_.begin() + static_cast<std::ptrdiff_t>(which));
        }
    }
}

void Network::deliver_all_abandoned() {
    for (const auto& connection : abandoned_) {
        while (connection->deliver()) world_.happened(Happened::late_delivery);
    }
    abandoned_.clear();
}

}  // namespace contrail::simulation
