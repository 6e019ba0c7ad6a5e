#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "conformance/outbox_worlds.hpp"

namespace contrail::test {

/// Every test of an outbox, on every outbox.
class OutboxConformance : public ::testing::TestWithParam<MakeOutboxWorld> {
protected:
    /// Stages records in one transaction.
    void stage(const std::vector<std::string>& records) {
        const auto writer = world->begin();
        for (const auto& json : records) writer->stage(json);
        writer->commit();
    }

    /// Seals what is staged, and closes the batch as a streamer does once it has read it.
    Batch seal() {
        const auto batch = outbox.next(outbox.newest());
        EXPECT_TRUE(batch.has_value());
        return outbox.newest();
    }

    Batch stage_and_seal(const std::vector<std::string>& records) {
        stage(records);
        return seal();
    }

    static std::vector<Record> read_all(BatchReader& reader) {
        std::vector<Record> all;
        std::vector<Record> chunk;
        for (reader.read(chunk, {}); !chunk.empty(); reader.read(chunk, {})) {
            all.insert(all.end(), chunk.begin(), chunk.end());
        }
        return all;
    }

    std::vector<Record> read(const OpenBatch& batch, Offset from) {
        return read_all(*outbox.read(batch, from));
    }

    std::vector<std::string> data_of(const OpenBatch& batch) {
        std::vector<std::string> data;
        for (const auto& record : read(batch, batch.first)) data.push_back(record.data);
        return data;
    }

    std::unique_ptr<OutboxWorld> world = GetParam()();
    Outbox& outbox = world->outbox();
};

}  // namespace contrail::test
