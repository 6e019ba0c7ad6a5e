#pragma once

#include <optional>
#include <string>

#include "contrail/clock.hpp"

namespace contrail::operations::doctor {

/// How long the doctor waits for one server in all. Each query has a limit of its own. But a server that answers
/// the first query, and none of twenty others, would keep the operator waiting for minutes.
class TimeLimit {
public:
    /// `server` is its name in a finding.
    TimeLimit(std::string server, Clock::Duration limit) : server_(std::move(server)), limit_(limit) {}

    /// Counts the time that a check took.
    void spend(Clock::Duration time) { spent_ += time; }

    /// Why no further check may begin; nothing if one may.
    [[nodiscard]] std::optional<std::string> reached() const;

private:
    std::string server_;
    Clock::Duration limit_;
    Clock::Duration spent_{};
};

}  // namespace contrail::operations::doctor
