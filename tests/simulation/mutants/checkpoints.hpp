#pragma once

#include "session_checkpoints.hpp"

namespace contrail::simulation {

/// Commits the effects, and then the checkpoint.
class SplitCheckpoints : public SessionCheckpoints {
public:
    explicit SplitCheckpoints(Process& process) : SessionCheckpoints(process), process_(process) {}
    std::unique_ptr<Transaction> begin(const ConsumerName& consumer) override;

private:
    Process& process_;
};

/// Sets the checkpoint whatever it was before.
class BlindCheckpoints : public SessionCheckpoints {
public:
    explicit BlindCheckpoints(Process& process) : SessionCheckpoints(process), process_(process) {}
    std::unique_ptr<Transaction> begin(const ConsumerName& consumer) override;

private:
    Process& process_;
};

}  // namespace contrail::simulation
