#pragma once

#include "session_checkpoints.hpp"

namespace contrail::simulation {

/// Commits the effects, and then the checkpoint.
class SplitCheckpoints : public SessionCheckpoints {
public:
    explicit SplitCheckpoints(Process& process) : SessionCheckpoints(process), process_(process) {}
    std::unique_ptr<Transaction> begin(const ConsumerSegment& part) override;

private:
    Process& process_;
};

/// Sets the checkpoint whatever it was before.
class BlindCheckpoints : public SessionCheckpoints {
public:
    explicit BlindCheckpoints(Process& process) : SessionCheckpoints(process), process_(process) {}
    std::unique_ptr<Transaction> begin(const ConsumerSegment& part) override;

private:
    Process& process_;
};

/// Does not see that half of a segment is ahead.
class CheckpointsBlindToAhead : public SessionCheckpoints {
public:
    using SessionCheckpoints::SessionCheckpoints;
    std::unique_ptr<Transaction> begin(const ConsumerSegment& part) override;
};

/// Neither locks a checkpoint's row nor compares it.
class ClaimedCheckpoints : public SessionCheckpoints {
public:
    explicit ClaimedCheckpoints(Process& process) : SessionCheckpoints(process), process_(process) {}
    std::unique_ptr<Transaction> begin(const ConsumerSegment& part) override;

private:
    Process& process_;
};

}  // namespace contrail::simulation
