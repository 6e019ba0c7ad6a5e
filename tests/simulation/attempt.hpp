#pragma once

#include <cstddef>
#include <string>

#include "contrail/error.hpp"
#include "network_log.hpp"
#include "process_faults.hpp"
#include "world.hpp"

namespace contrail::simulation {

/// What a handler throws on purpose.
struct HandlerFailed {};

constexpr bool never() {
    return false;
}

/// One step of a process's work, as its loop would make it. False: it stopped with an error that calls for a
/// person, which breaks a rule unless it `may_stop`.
template <typename Step, typename MayStop = bool (*)()>
bool attempt(Process& process, NetworkLog& log, ProcessFaults& log_faults, Step step,
             MayStop may_stop = never) {
    World& world = process.world;
    std::size_t records = 0;
    try {
        records = step();
    } catch (const HandlerFailed&) {
        world.happened(Happened::handler_failed);
    } catch (const Error& error) {
        world.tell(process.name(), [&] { return std::string("fails: ") + error.what(); });
        if (error.retry() == Retry::never) {
            if (!may_stop()) world.violate(Rule::goes_on, process.name() + " stopped: " + error.what());
            return false;
        }
    }
    // An adapter drops the connection on which a call failed.
    if (log_faults.failed_meanwhile()) log.reconnect();
    if (records == 0) process.sleep(world.random.between(1, world.plan.pause_max));
    return true;
}

}  // namespace contrail::simulation
