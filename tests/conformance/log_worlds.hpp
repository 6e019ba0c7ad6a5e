#pragma once

#include <memory>

#include "contrail/log.hpp"

namespace contrail::test {

/// A log, empty at first, with two clients, and what may befall it.
class LogWorld {
public:
    virtual ~LogWorld() = default;
    virtual Log& log() = 0;
    virtual Log& other_log() = 0;

    virtual void lose_everything() = 0;
    /// Deletes one entry behind the clients' backs.
    virtual void erase(RecordId id) = 0;
    /// Drops what lies before an entry.
    virtual void trim(RecordId keep_from) = 0;
};

using MakeLogWorld = std::unique_ptr<LogWorld> (*)();
std::unique_ptr<LogWorld> make_memory_log_world();
std::unique_ptr<LogWorld> make_redis_log_world();
std::unique_ptr<LogWorld> make_sentinel_log_world();
std::unique_ptr<LogWorld> make_cluster_log_world();

}  // namespace contrail::test
