#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "contrail/streamer.hpp"
#include "testing/event_recorder.hpp"
#include "testing/memory_log.hpp"
#include "testing/memory_outbox.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail {

/// The outbox as a streamer that does not lead sees it.
struct OutboxOfAnotherLeader : testing::MemoryOutbox {
    using MemoryOutbox::MemoryOutbox;
    bool lead() override { return false; }
};

/// One database, one log server, and streamers that come and go.
class StreamerTest : public ::testing::Test {
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

    [[nodiscard]] std::vector<std::uint64_t> offsets() const {
        std::vector<std::uint64_t> offsets;
        for (const auto& record : server.records) offsets.push_back(record.id.offset.value);
        return offsets;
    }

    testing::MemoryDatabase database;
    testing::MemoryLogServer server;
    testing::MemoryOutbox outbox{database};
    testing::MemoryLog log{server};
    testing::VirtualClock clock;
    testing::EventRecorder<StreamerEvent> events;
};

}  // namespace contrail
