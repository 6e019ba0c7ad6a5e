#pragma once

#include <memory>

#include "contrail/checkpoints.hpp"
#include "contrail/consumer_segments.hpp"

namespace contrail::test {

/// A consumer's database, with two instances at work on it and one number that handlers may write.
class CheckpointsWorld {
public:
    virtual ~CheckpointsWorld() = default;
    virtual Checkpoints& checkpoints() = 0;
    virtual Checkpoints& other_checkpoints() = 0;
    /// The same database, but the checkpoints of another log.
    virtual Checkpoints& checkpoints_of_another_log() = 0;

    virtual ConsumerSegments& segments() = 0;

    virtual void write_effect(Transaction& transaction, double value) = 0;
    virtual double committed_effect() = 0;

    /// Asks for a parked record to be retried.
    virtual void mark(const ConsumerName& consumer, RecordId id) = 0;
};

using MakeCheckpointsWorld = std::unique_ptr<CheckpointsWorld> (*)();
std::unique_ptr<CheckpointsWorld> make_memory_checkpoints_world();
std::unique_ptr<CheckpointsWorld> make_postgres_checkpoints_world();

}  // namespace contrail::test
