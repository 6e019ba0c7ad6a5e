#pragma once

#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace demo {

struct System;

/// What a fault breaks, or needs for itself while it is injected.
enum class Target { programs, network, postgres, log, both_servers };

/// True if two faults with these targets must not be active at the same time: the end of one would end or
/// spoil the other. Only faults of programs never clash.
constexpr bool clash(Target one, Target other) {
    const auto is_server = [](Target target) { return target == Target::postgres || target == Target::log; };
    if (one == Target::both_servers) return other == one || is_server(other);
    if (other == Target::both_servers) return is_server(one);
    return one == other && one != Target::programs;
}

using Random = std::mt19937_64;

/// What an injection did.
struct Injection {
    std::string what;    ///< One clause: "killed consumer0 (SIGKILL)".
    std::string repair;  ///< What repairs it, once that is done: "consumer0 runs again". May be empty.
    /// Ends the fault. Empty: nothing has to be undone.
    std::function<void()> end = {};
    /// True once what the fault broke runs again. Empty: the fault stops nothing.
    std::function<bool()> repaired = {};
    bool momentary = false;  ///< The fault ends with its injection.
};

/// A kind of fault. To add one, write a function that returns it, and call that in all_faults().
struct Fault {
    std::string name;  ///< For flags, JSON and URLs: "kill-consumer".
    Target target;
    std::string does;  ///< What the injection does.
    std::string ends;  ///< How the fault ends, and what repairs the rest.
    /// Injects the fault. Must not wait for long. Takes its random choices from `random` only. A server that
    /// is the target and dies stays down while the fault is active.
    std::function<Injection(System& system, Random& random)> inject;
    /// Why this system does not allow the fault; nothing if it does.
    std::function<std::optional<std::string>(const System& system)> obstacle;
};

/// All kinds, in the order of `rocket_rides chaos --list`.
std::vector<Fault> all_faults();

/// A random element of `all`, which must not be empty.
template <class T>
const T& any_of(const std::vector<T>& all, Random& random) {
    return all[std::uniform_int_distribution<std::size_t>(0, all.size() - 1)(random)];
}

}  // namespace demo
