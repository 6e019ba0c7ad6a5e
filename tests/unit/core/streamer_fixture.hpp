#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contrail/streamer.hpp"
#include "unit/core/in_memory.hpp"

namespace contrail {

/// The outbox as a streamer that does not lead sees it.
struct OutboxOfAnotherLeader : testing::MemoryOutbox {
    using MemoryOutbox::MemoryOutbox;
    bool lead() override { return false; }
};

/// One database, one log server, and streamers that come and go.
class StreamerTest : public InMemory<StreamerEvent> {
protected:
    void stage(const std::vector<std::string>& records) {
        testing::MemoryTransaction transaction(database);
        for (const auto& data : records) transaction.stage("create", "ride", data);
        transaction.commit();
    }

    Streamer streamer(Streamer::Options options = {}) {
        return {outbox, log, clock, options, events.listener()};
    }

    /// A streamer that starts anew, as after a crash, and works until nothing is left.
    void restart_and_drain() {
        Streamer anew = streamer();
        drain(anew);
    }

    static void drain(Streamer& streamer) {
        while (streamer.run_once() > 0) {
        }
    }

    [[nodiscard]] std::vector<std::string> logged() const {
        std::vector<std::string> data;
        for (const auto& record : server.records) data.push_back(record.data);
        return data;
    }
};

}  // namespace contrail
