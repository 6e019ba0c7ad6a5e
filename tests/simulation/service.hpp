#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "contrail/error.hpp"
#include "network_log.hpp"
#include "process_faults.hpp"
#include "testing/virtual_clock.hpp"
#include "world.hpp"

namespace contrail::simulation {

/// Thrown by a handler on purpose.
struct HandlerFailed : std::exception {};

/// A process's clock: the world's time, and pauses of as many steps as the history's plan says.
class ProcessClock : public Clock {
public:
    explicit ProcessClock(Process& process) : process_(process) {}

    Duration now() override { return process_.world.clock.now(); }
    std::uint64_t unix_ms() override {
        return process_.world.clock.unix_ms() + process_.world.programs_ahead_ms;
    }
    void wait(Pause /*pause*/, const std::stop_token& stop) override {
        World& world = process_.world;
        if (!stop.stop_requested()) process_.sleep(world.random.between(1, world.plan.pause_max));
    }

private:
    Process& process_;
};

/// What streamer, consumer and retention share: the log over the network, the faults of both servers, and the
/// handling of errors.
struct Service {
    explicit Service(Process& its_process)
        : process(its_process),
          database_faults(process, "database", process.world.database_down_until),
          session_faults(process, database_faults),
          log_faults(process, "log", process.world.log_down_until),
          network_log(process),
          log(network_log, log_faults),
          clock(process) {}

    /// The loop goes on after an error. An adapter drops the connection on which a call failed.
    void retry(const std::exception& error) {
        process.world.tell(process.name(), [&] { return std::string("fails: ") + error.what(); });
        if (log_faults.failed_meanwhile()) network_log.reconnect();
    }

    /// Runs a loop until it is asked to stop, or stops by itself. Returns false if it stopped with an error
    /// that needs an operator. Nothing in this world needs one, so this breaks a rule unless `may_stop`
    /// allows it.
    template <typename Loop, typename MayStop>
    bool run(Loop loop, MayStop may_stop) {
        World& world = process.world;
        try {
            loop(process.stop_token());
            world.happened(Happened::stopped);
        } catch (const Error& error) {
            world.tell(process.name(), [&] { return std::string("stops: ") + error.what(); });
            if (is_of_handler(error)) world.happened(Happened::halted_by_handler);
            if (error.retry() != Retry::never || is_of_handler(error)) return true;
            if (owner_was_lost(error)) {
                world.happened(Happened::consumer_refused);
                return true;
            }
            if (world.set_back) world.happened(Happened::stopped_after_set_back);
            if (!may_stop()) world.violate(Rule::goes_on, process.name() + " stopped: " + error.what());
            return false;
        }
        return true;
    }

    /// True if the handler caused it. An operator then fixes the handler and starts the consumer again.
    static bool is_of_handler(const Error& error) {
        try {
            std::rethrow_if_nested(error);
        } catch (const HandlerFailed&) {
            return true;
        }
        return false;
    }

    /// True if the log took a copied database for a consumer's owner, after it had lost everything. An operator starts
    /// the consumer again when retention has noted the owner.
    [[nodiscard]] bool owner_was_lost(const Error& error) const {
        const World& world = process.world;
        return world.copied_database && world.plan.registered_beforehand &&
               std::string_view(error.what()).find("belongs to " + world.copied_database->owner.name) !=
                   std::string_view::npos;
    }

    Process& process;
    ProcessFaults database_faults;
    SessionFaults session_faults;  ///< For an outbox.
    ProcessFaults log_faults;
    NetworkLog network_log;
    testing::FaultyLog log;
    ProcessClock clock;
};

}  // namespace contrail::simulation
