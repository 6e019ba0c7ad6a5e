#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "fiber.hpp"

namespace contrail::simulation {

struct World;

/// A simulated operating system process. It runs until it waits, where it can be frozen or killed, and starts
/// again after its death. Must not outlive its world.
class Process {
public:
    /// Runs from the start of the process to its end, and owns everything that dies with it. Returns false if
    /// the process must not start again.
    using Body = std::function<bool(Process&)>;

    Process(World& world, std::string name, Body body);

    // For the world.

    /// Runs up to the next wait. Only if it can_run().
    void resume();
    [[nodiscard]] bool can_run() const;
    [[nodiscard]] bool ended() const { return fiber_.ended(); }
    /// It dies where it stands, as soon as it is resumed.
    void kill() { doomed_ = true; }
    /// It is asked to stop.
    void stop() { stop_.request_stop(); }
    /// It is woken, wherever it waits or is frozen.
    void wake() { sleeps_until_ = 0; }
    /// Dies where it stands, for good.
    void end();

    // For what runs in it.

    [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }

    /// A point at which any other process may run, for any time. Throws Crash if this one was killed.
    void pause();
    /// Rests for so many steps.
    void sleep(std::uint64_t steps);
    /// Stops in the middle of a call; its supervisor takes it for dead and starts another in its place.
    void freeze();
    /// Notes that the process dies now.
    void crash() { dying_ = true; }

    /// True while a dead process's remains are destroyed: what it held may live on in the servers.
    [[nodiscard]] bool dying() const { return dying_; }
    /// True once it was frozen: another may run in its place.
    [[nodiscard]] bool is_zombie() const { return zombie_; }
    [[nodiscard]] const std::string& name() const { return name_; }

    World& world;  // NOLINT: what runs in the process works on the world

private:
    void live();
    void sleep_between_lives();

    std::string name_;
    Body body_;
    std::stop_source stop_;
    std::uint64_t sleeps_until_ = 0;
    bool doomed_ = false;
    bool dying_ = false;
    bool zombie_ = false;
    bool ending_ = false;
    Fiber fiber_;
};

}  // namespace contrail::simulation
