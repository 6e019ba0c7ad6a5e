#pragma once

#include "contrail/consumer_registry.hpp"
#include "testing/memory_database.hpp"

namespace contrail::testing {

/// The registry of consumers in a MemoryDatabase, which must outlive it.
class MemoryRegistry : public ConsumerRegistry {
public:
    explicit MemoryRegistry(MemoryDatabase& database) : database_(database) {}

    std::vector<RegisteredConsumer> consumers() override;
    std::vector<RegisteredConsumer> note(const std::map<ConsumerName, ConsumerReport>& reported) override;
    bool mark_cut_off(const ConsumerName& consumer, const CutOff& cut_off) override;
    bool forget(const ConsumerName& consumer) override { return database_.consumers.erase(consumer) > 0; }

private:
    MemoryDatabase& database_;
};

}  // namespace contrail::testing
