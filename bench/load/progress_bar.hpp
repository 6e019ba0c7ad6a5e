#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "bench/load/ledger.hpp"

namespace contrail::load {

/// `120000/200000 rides (60 %), 24512/s, 3 s left`, as far as known, with the rides refused or in doubt if
/// there are any. Once rides were changed or deleted, it counts requests.
std::string progress_text(const Tally& tally, std::optional<std::uint64_t> total,
                          std::chrono::duration<double> elapsed);

/// The last line: `200000 rides posted in 8.1 s (24691/s): 200000 accepted, 0 refused, 0 in doubt`; with
/// changes, `… requests posted …; 180000 rides created, 16000 changed, 4000 deleted`.
std::string summary_text(const Tally& tally, std::chrono::duration<double> elapsed);

/// Shows how far the load is. On a terminal it redraws one line below the others; elsewhere it writes a line
/// every 5 seconds, and at every tenth of the total.
class ProgressBar {
public:
    /// `out` must outlive it. `shown` false: it writes only what say() and finish() are given.
    ProgressBar(std::ostream& out, bool terminal, bool shown, std::optional<std::uint64_t> total);
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    /// Ends the line on the terminal.
    ~ProgressBar();

    /// Call it several times a second; it decides what to write.
    void update(const Tally& tally, std::chrono::duration<double> elapsed);

    /// Writes a line of text above the bar.
    void say(std::string_view line);

    /// Writes the last line in place of the bar.
    void finish(std::string_view line);

private:
    [[nodiscard]] bool worth_a_line(const Tally& tally, std::chrono::duration<double> elapsed) const;

    std::ostream& out_;
    bool terminal_;
    bool shown_;
    std::optional<std::uint64_t> total_;
    std::string drawn_;  ///< On a terminal: the line drawn last.
    std::uint64_t written_tenths_ = 0;
    std::chrono::duration<double> written_at_{0};
};

}  // namespace contrail::load
