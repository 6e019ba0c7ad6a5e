#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "contrail/error.hpp"
#include "contrail/log.hpp"
#include "testing/memory_log.hpp"

namespace contrail::simulation {

struct World;

/// One connection to the log: requests on their way, and answers that arrived.
class Connection {
public:
    Connection(World& world, std::string owner);

    struct Append {
        RecordId expected;
        std::vector<Record> records;
    };
    struct Read {
        RecordId after;
        ChunkLimits limits;
    };
    struct Position {
        ConsumerName consumer;
        RecordId id;
    };
    using Request = std::variant<Append, Read, Position>;

    void send(Request request) { on_the_way_.push_back(std::move(request)); }

    /// The oldest request reaches the server, which answers it. False if no request is on its way, or the
    /// oldest one is a read that waits for records.
    bool deliver();
    /// Everything arrives; a read that waits comes back empty.
    void deliver_all();
    /// Only the oldest `count` requests are still on their way.
    void drop_after(std::size_t count);
    /// Drops a read that was begun.
    void forget_reads();

    [[nodiscard]] std::size_t on_the_way() const { return on_the_way_.size(); }

    /// Answers that arrived.
    std::deque<RecordId> appended;            // NOLINT
    std::optional<std::vector<Record>> read;  // NOLINT
    std::optional<Error> refusal;             // NOLINT: of a report

    /// The server, for what is not pipelined.
    testing::MemoryLog& server() { return *server_; }

private:
    void report(const Position& request);
    void append(const Append& request);
    bool serve(const Read& request);

    World& world_;
    std::string owner_;
    std::unique_ptr<testing::MemoryLog> server_;
    std::deque<Request> on_the_way_;
};

}  // namespace contrail::simulation
