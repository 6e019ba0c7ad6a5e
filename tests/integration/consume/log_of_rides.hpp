#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/pipeline.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

/// A log of rides with the ids 1, 2, 3 …, which are also their offsets, and the name of its consumer.
class LogOfRides : public ::testing::Test {
protected:
    explicit LogOfRides(std::string consumer) : consumer_name(std::move(consumer)) {}

    /// Adds rides to the log.
    void log_holds(int count) {
        std::vector<std::string> rides;
        for (int i = 0; i < count; ++i) rides.push_back(R"({"id": )" + std::to_string(++last) + '}');
        pipeline.stage(rides);
        pipeline.stream();
    }

    void wait_for_checkpoint(int offset) {
        wait_until("the checkpoint is at offset " + std::to_string(offset), [&] {
            return pipeline.checkpoint(consumer_name).ends_with('-' + std::to_string(offset));
        });
    }

    const std::string consumer_name;
    int last = 0;
    Pipeline pipeline;
};

}  // namespace contrail::test
