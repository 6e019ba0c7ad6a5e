#pragma once

#include <string>
#include <vector>

#include "contrail/error.hpp"

namespace chaos {

/// Cuts replicas off their master for good: they cannot log in again.
/// `run` of each takes a command. Returns once the master has records that they lack.
template <class Server>
void let_lag(const Server& master, const std::vector<const Server*>& replicas, const std::string& stream) {
    for (const Server* replica : replicas) replica->run({"CONFIG", "SET", "masterauth", "wrong"});
    master.run({"CLIENT", "KILL", "TYPE", "replica"});
    const std::string length = master.run({"XLEN", stream});
    constexpr int checks_max = 2'000;
    for (int i = 0; i < checks_max; ++i)
        if (master.run({"XLEN", stream}) != length) return;
    throw contrail::Error(contrail::Retry::call, "No record arrived that a replica could lack.");
}

template <class Server>
void let_follow(const std::vector<const Server*>& replicas, const std::string& password) {
    for (const Server* replica : replicas) replica->run({"CONFIG", "SET", "masterauth", password});
}

}  // namespace chaos
