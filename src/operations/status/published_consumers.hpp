#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "status/status_board.hpp"

namespace contrail::operations {

/// A program that is silent for longer has ended, or cannot reach the log's server.
inline constexpr double silent_seconds_max = static_cast<double>(status::fresh_ms_max) / 1000;

/// The seconds since a status was published.
double age_of(const status::ProgramStatus& published, const status::StatusBoard::Posted& posted);

/// What the instances of a consumer publish, as one status.
struct PublishedConsumer {
    struct Segment {
        std::string instance;
        status::SegmentStatus status{};
    };

    /// Of those at work: the state that concerns an operator most, the last error, the longest latencies, and when one
    /// of them published last. Where none is at work: how the last one ended.
    status::ProgramStatus status{};
    std::map<std::uint32_t, Segment> segments{};  ///< By number: those that an instance works on, or halted.
};

/// By name. An ordinary consumer has one instance at work, and no segments.
std::map<std::string, PublishedConsumer> published_consumers(const status::StatusBoard::Posted& posted);

}  // namespace contrail::operations
