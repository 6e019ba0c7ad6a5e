#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "bench/bare/postgres.hpp"
#include "bench/site/site.hpp"
#include "contrail/record.hpp"
#include "contrail/settings.hpp"
#include "servers/child_process.hpp"

namespace contrail::bench {

/// How a consumer whose handler waits for a while with each record is run.
struct WorkersOptions {
    std::uint32_t segments = 1;  ///< 0: an ordinary consumer.
    std::uint32_t processes = 1;
    std::chrono::microseconds handler{0};  ///< For each record.
};

/// Lets `time` pass, more exactly than a thread's usual timer slack of 50 µs allows.
void pass(std::chrono::microseconds time);

/// The consumer's part in this process: runs until `stop`.
void work(const Settings& settings, const std::string& name, const WorkersOptions& options,
          const std::stop_token& stop);

/// A new consumer of a site, in processes of its own. Its workers are ready, and wait for a lock. This object ends the
/// processes.
class Workers {
public:
    /// It begins after the record `begin`, and the log must hold more. Returns when all workers wait. `site` must
    /// outlive this. Throws Error.
    Workers(const Site& site, std::string name, RecordId begin, const WorkersOptions& options);

    /// Lets them go, once. Returns the seconds until each segment has applied the records up to `offset`. Throws Error,
    /// also if a process has ended.
    double seconds_until(Offset offset);

private:
    void require_all_running();
    [[nodiscard]] bool are_ready() const;

    const Site& site_;
    std::string name_;
    WorkersOptions options_;
    BarePostgres holder_;  ///< In a transaction that holds the checkpoints.
    std::vector<servers::ChildProcess> processes_;
};

}  // namespace contrail::bench
