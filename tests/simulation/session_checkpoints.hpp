#pragma once

#include "testing/memory_checkpoints.hpp"

namespace contrail::simulation {

class Process;

/// Checkpoints as a process sees them: if it dies, its transaction may stay open until the server notices.
class SessionCheckpoints : public Checkpoints {
public:
    explicit SessionCheckpoints(Process& process);

    std::unique_ptr<Transaction> begin(const ConsumerName& consumer) override;
    [[nodiscard]] bool has_marked(const ConsumerName& consumer) override;

private:
    Process& process_;
    testing::MemoryCheckpoints checkpoints_;
};

}  // namespace contrail::simulation
