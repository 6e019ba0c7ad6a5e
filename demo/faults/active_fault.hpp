#pragma once

#include <string>

#include "demo/faults/fault.hpp"
#include "demo/faults/system.hpp"

namespace demo {

/// A fault from its injection to its end.
class ActiveFault {
public:
    /// Injects `fault`. Throws Error if it could not be injected. `system` must outlive this object.
    ActiveFault(Fault fault, System& system, Random& random);
    ActiveFault(const ActiveFault&) = delete;
    ActiveFault& operator=(const ActiveFault&) = delete;
    /// Ends the fault if it is still active, without reporting an error.
    ~ActiveFault();

    [[nodiscard]] const Fault& fault() const noexcept { return fault_; }
    [[nodiscard]] const Injection& injection() const noexcept { return injection_; }

    /// True until end() succeeds; false from the start for a momentary fault.
    [[nodiscard]] bool active() const noexcept { return active_; }
    /// Ends the fault, and lets the supervisor restart its server. Throws Error if that is not possible yet,
    /// for instance because a server does not answer; call it again.
    void end();

    /// True once the fault has ended and what it stopped runs again. Data may still have to catch up.
    [[nodiscard]] bool repaired() const;

private:
    void release_server();

    Fault fault_;
    System& system_;
    Injection injection_;
    bool active_ = true;
};

}  // namespace demo
