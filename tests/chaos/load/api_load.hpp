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

namespace chaos {

/// Creates, changes and deletes rides through the API, as the simulator does, on a thread of its own.
class ApiLoad {
public:
    struct Options {
        std::string url;
        double rides_per_second = 200;
        std::size_t connections = 8;
        std::uint64_t seed = 1;     ///< Decides what it creates, changes and deletes.
        std::filesystem::path log;  ///< A file for its messages.
    };

    /// `history` must outlive the load. Throws Error.
    ApiLoad(const Options& options, History& history);

    /// The load then waits for outstanding answers, at most a few seconds. Poll ended().
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

}  // namespace chaos
