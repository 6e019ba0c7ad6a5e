#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <thread>

#include "bench/load/generator.hpp"
#include "bench/load/progress_bar.hpp"
#include "chaos/load/history.hpp"

namespace rocket_rides::chaos {

/// Posts rides to the API, and changes and deletes them, as the simulator does, on a thread of its own.
class ApiLoad {
public:
    struct Options {
        std::string url;
        double rides_per_second = 200;
        std::size_t connections = 8;
        std::uint64_t seed = 1;     ///< Decides what is created, changed and deleted.
        std::filesystem::path log;  ///< What there is to say goes there.
    };

    /// `history` must outlive the load. Throws Error.
    ApiLoad(const Options& options, History& history);

    /// Waits for the answers that are due, a few seconds at the most; poll ended().
    void request_stop() { thread_.request_stop(); }
    [[nodiscard]] bool ended() const noexcept { return ended_; }

private:
    std::ofstream log_;
    contrail::load::ProgressBar progress_;
    std::unique_ptr<contrail::load::RideSource> rides_;
    contrail::load::Traffic traffic_;
    contrail::load::Generator generator_;
    std::atomic<bool> ended_ = false;
    std::jthread thread_;
};

}  // namespace rocket_rides::chaos
