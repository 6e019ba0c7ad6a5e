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

/// One step of a streamer or a consumer, as its loop would make it. Nothing in this world needs a person: an
/// error that says so breaks a rule.
template <typename Step>
void attempt(Process& process, NetworkLog& log, ProcessFaults& log_faults, Step step) {
    World& world = process.world;
    std::size_t records = 0;
    try {
        records = step();
    } catch (const HandlerFailed&) {
        world.happened(Happened::handler_failed);
    } catch (const Error& error) {
        world.tell(process.name(), [&] { return std::string("fails: ") + error.what(); });
        if (error.retry() == Retry::never) {
            world.violate(Rule::goes_on, process.name() + " stopped, and nothing is wrong: " + error.what());
        }
    }
    // An adapter drops the connection on which a call failed.
    if (log_faults.failed_meanwhile()) log.reconnect();
    if (records == 0) process.sleep(world.random.between(1, world.plan.pause_max));
}

}  // namespace contrail::simulation
