#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/error.hpp"
#include "redis/connection.hpp"

namespace contrail::redis {

/// What one sentinel says of the master: the fields of SENTINEL MASTER, such as ip, port and config-epoch.
struct SentinelAnswer {
    LogUrl::Host sentinel;
    std::map<std::string, std::string, std::less<>> fields{};
    std::optional<Error> failure{};  ///< Why there are no fields.

    /// Empty if the sentinel did not name the field.
    [[nodiscard]] std::string text(std::string_view field) const;
    /// 0 if the sentinel did not name the field.
    [[nodiscard]] std::uint64_t number(std::string_view field) const;
};

/// Why the sentinel gave no answer: `The sentinel at one:26379 cannot be reached: …`
std::string failure_text(const SentinelAnswer& answer);

/// Asks every sentinel, one after the other, each for its share of `time_max`.
std::vector<SentinelAnswer> ask_sentinels(const Endpoint& log, std::chrono::milliseconds time_max);

/// Connects to the master that the sentinels name. They are asked anew at each call, and the answer of the latest
/// fail-over counts: a sentinel that was cut off from the others names an old master. Throws Error: if no sentinel
/// answers, and if the server says that it is no master.
Connection connect_to_master(const Endpoint& log, Timeouts timeouts);

}  // namespace contrail::redis
