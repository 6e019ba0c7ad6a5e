#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "contrail/consumer.hpp"
#include "testing/memory_checkpoints.hpp"
#include "testing/memory_log.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail {

/// A log that holds rides, and consumers that add up their distances.
class ConsumerTest : public ::testing::Test {
protected:
    struct Events : ConsumerEvents {
        void skipped(std::size_t records) override { skipped_records += records; }
        void overtaken() override { ++times_overtaken; }
        void retrying(const std::exception& error, Clock::Duration /*pause*/) override {
            complaints.emplace_back(error.what());
        }
        void parked(const DeadLetter& letter) override {
            parked_offsets.push_back(letter.record.id.offset.value);
        }
        void retried(const DeadLetter& letter) override {
            retried_offsets.push_back(letter.record.id.offset.value);
        }
        std::size_t skipped_records = 0;
        int times_overtaken = 0;
        std::vector<std::string> complaints;
        std::vector<std::uint64_t> parked_offsets, retried_offsets;
    };

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
        return {name, log, checkpoints, add_up, options, clock, events};
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
    Events events;
};

}  // namespace contrail
