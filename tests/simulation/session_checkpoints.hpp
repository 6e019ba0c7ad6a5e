#pragma once

#include "testing/memory_checkpoints.hpp"

namespace contrail::simulation {

class Process;

/// Checkpoints as a process sees them: if it dies, its transaction may stay open until the server notices.
class SessionCheckpoints : public Checkpoints {
public:
    explicit SessionCheckpoints(Process& process);

    std::unique_ptr<Transaction> begin(const ConsumerSegment& part) override;
    std::optional<RecordId> least(const ConsumerName& consumer) override;
    ConsumerOwner owner() override { return checkpoints_.owner(); }
    [[nodiscard]] bool has_marked(const ConsumerSegment& part) override;

private:
    Process& process_;
    testing::MemoryCheckpoints checkpoints_;
};

}  // namespace contrail::simulation
