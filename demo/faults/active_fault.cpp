#include "demo/faults/active_fault.hpp"

#include <string_view>
#include <utility>

#include "contrail/error.hpp"

namespace demo {

namespace {

std::string_view server_of(Target target) {
    if (target == Target::postgres) return "postgres";
    if (target == Target::log) return "redis";
    return "";
}

}  // namespace

ActiveFault::ActiveFault(Fault fault, System& system, Random& random)
    : fault_(std::move(fault)),
      system_(system) {
    system_.servers.hold(server_of(fault_.target));
    try {
        injection_ = fault_.inject(system_, random);
    } catch (...) {
        release_server();
        throw;
    }
    if (injection_.momentary) {
        release_server();
        active_ = false;
    }
}

ActiveFault::~ActiveFault() {
    if (!active_) return;
    try {
        if (injection_.end) injection_.end();
    } catch (const contrail::Error&) {
        // The system is about to end.
    }
    release_server();
}

void ActiveFault::end() {
    if (!active_) return;
    if (injection_.end) injection_.end();
    release_server();
    active_ = false;
}

bool ActiveFault::repaired() const {
    return !active_ && (!injection_.repaired || injection_.repaired());
}

void ActiveFault::release_server() {
    system_.servers.release(server_of(fault_.target));
}

}  // namespace demo
