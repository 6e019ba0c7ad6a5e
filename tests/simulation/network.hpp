#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace contrail::simulation {

class Connection;
struct World;

/// Carries requests to the log, each connection's in order, at any time after they were sent: also when their
/// client is gone, and another one has taken up its work.
class Network {
public:
    explicit Network(World& world) : world_(world) {}

    /// A new connection, watched as long as its client or a request on its way lives.
    std::shared_ptr<Connection> connect();

    /// The client is gone. Some of what is on its way may still arrive.
    void abandon(const std::shared_ptr<Connection>& connection);

    /// Perhaps delivers something.
    void deliver();
    /// Whatever was abandoned arrives, and that is the end of it.
    void deliver_all_abandoned();

private:
    World& world_;
    std::vector<std::shared_ptr<Connection>> connections_;
    std::vector<std::shared_ptr<Connection>> abandoned_;
};

}  // namespace contrail::simulation
