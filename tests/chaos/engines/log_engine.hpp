#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "chaos/watch/log_source.hpp"
#include "demo/faults/fault.hpp"

namespace chaos {

/// The servers that hold the log of a run, and the faults that only they have.
///
/// Threads  source() may be called on another thread than the rest.
class LogEngine {
public:
    LogEngine() = default;
    LogEngine(const LogEngine&) = delete;
    LogEngine& operator=(const LogEngine&) = delete;
    /// Ends the servers.
    virtual ~LogEngine() = default;

    /// The kinds of fault. Before start() too, for their names.
    virtual std::vector<demo::Fault> faults() = 0;

    /// Starts the servers, with data and logs in `folder`, for the log `stream`. Returns its LOG_URL. Throws Error.
    virtual std::string start(const std::filesystem::path& folder, const std::string& stream) = 0;

    /// What the servers still lack to be well, as a clause; empty if nothing. Only while no fault is active.
    [[nodiscard]] virtual std::string missing() const = 0;

    /// A reader of the log. Throws Error.
    [[nodiscard]] virtual std::unique_ptr<LogSource> source() const = 0;
};

/// "sentinel", "cluster", and "kafka" where the build has it. "redis" is none: demo::PrivateServers holds that log.
std::vector<std::string> log_engine_names();
/// Null for any other name.
std::unique_ptr<LogEngine> log_engine(const std::string& name);
/// These, and "redis" in front.
std::vector<std::string> log_names();

std::unique_ptr<LogEngine> sentinel_engine();
std::unique_ptr<LogEngine> cluster_engine();
std::unique_ptr<LogEngine> kafka_engine();

/// A fault of the log's servers.
demo::Fault engine_fault(const std::string& name, const std::string& does, const std::string& ends,
                         std::function<demo::Injection(demo::Random&)> inject);

/// Calls `action`, which uses the support of tests, and throws Error (Retry::call) at whatever fails in it.
void attempt(const std::function<void()>& action);

}  // namespace chaos
