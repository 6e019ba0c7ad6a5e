#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "testing/event_recorder.hpp"
#include "testing/memory_log.hpp"
#include "testing/memory_outbox.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail {

/// One database and one log server in memory, and what a component tells of its work.
template <class Event>
class InMemory : public ::testing::Test {
protected:
    /// Of all records that the log holds.
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
    testing::EventRecorder<Event> events;
};

}  // namespace contrail
