#pragma once

#include <vector>

#include "contrail/record.hpp"

namespace chaos {

/// Reads the log past all proxies, and uses nothing of Contrail's adapters: what it reads is independent evidence.
///
/// Errors   Every call throws Error while the servers do not answer. Then open another one.
/// Threads  Not thread-safe.
class LogSource {
public:
    LogSource() = default;
    LogSource(const LogSource&) = delete;
    LogSource& operator=(const LogSource&) = delete;
    virtual ~LogSource() = default;

    /// The next records after `after`, which is 0-0 or what it has read last. Waits for a moment if there is none;
    /// empty: the end was reached. An entry that is no record has offset 0.
    virtual std::vector<contrail::Record> read(contrail::RecordId after) = 0;
};

}  // namespace chaos
