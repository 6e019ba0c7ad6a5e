#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "contrail/consumer.hpp"
#include "testing/event_recorder.hpp"
#include "testing/memory_checkpoints.hpp"
#include "testing/memory_log.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail {

/// A log that holds rides, and consumers that add up their distances.
class ConsumerTest : public ::testing::Test {
protected:
    static RecordId id(std::uint64_t offset) { return {1'700'000'000'000, Offset{offset}}; }

    void log_holds(std::uint64_t offset, double distance) { log_holds(offset, std::to_string(distance)); }
    void log_holds(std::uint64_t offset, const std::string& data) {
        server.append_foreign({id(offset), "create", "ride", data});
    }

    /// Throws std::invalid_argument at data that are no number.
    static void add_up(Transaction& transaction, std::span<const Record> records) {
        auto& memory = testing::memory_transaction(transaction);
        for (const auto& record : records)
            memory.set_value("total", memory.value("total") + std::stod(record.data));
    }

    Consumer consumer(Consumer::Options options = {}) {
        return {name, log, checkpoints, add_up, options, clock, events.listener()};
    }

    [[nodiscard]] double total() const { return database.value("total"); }
    [[nodiscard]] std::optional<RecordId> checkpoint() const { return database.checkpoint(key); }
    [[nodiscard]] testing::MemoryDatabase::ParkedRecords parked() const { return database.parked(key); }

    const ConsumerName name{"distance"};
    const testing::MemoryDatabase::CheckpointKey key{"log", name};
    testing::MemoryDatabase database;
    testing::MemoryLogServer server;
    testing::MemoryLog log{server};
    testing::MemoryCheckpoints checkpoints{database, StreamName("log")};
    testing::VirtualClock clock;
    testing::EventRecorder<ConsumerEvent> events;
};

}  // namespace contrail
