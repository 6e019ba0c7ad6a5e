#pragma once

#include <chrono>
#include <concepts>
#include <stdexcept>
#include <string>
#include <thread>

namespace contrail::test {

/// Returns when `condition` holds. Throws std::runtime_error that names `what` if it does not hold within
/// five minutes: no test passes or fails by how fast the machine is.
void wait_until(const std::string& what, const std::predicate auto& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(5);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("waited in vain until " + what);
        // Leaves the cores to those it waits for.
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

}  // namespace contrail::test
