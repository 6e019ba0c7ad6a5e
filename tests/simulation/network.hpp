#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace contrail::simulation {

class Connection;
struct World;

/// Carries requests to the log: those of one connection in order, at any time after they were sent, even
/// after their client is gone and another one does its work.
class Network {
public:
    explicit Network(World& world) : world_(world) {}

    /// Opens a connection. It lives as long as its client, or a request on its way.
    std::shared_ptr<Connection> connect();

    /// The client is gone. Some requests on their way may still arrive.
    void abandon(const std::shared_ptr<Connection>& connection);

    /// May deliver a request.
    void deliver();
    /// Delivers every request of clients that are gone.
    void deliver_all_abandoned();

private:
    World& world_;
    std::vector<std::shared_ptr<Connection>> connections_;
    std::vector<std::shared_ptr<Connection>> abandoned_;
};

}  // namespace contrail::simulation
