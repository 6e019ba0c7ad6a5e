#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/ledger.hpp"

namespace rocket_rides {

/// `120000/200000 rides (60 %), 24512/s, 3 s left`, as far as it is known. Doubtful and refused ones are
/// named where there are any. Once rides were changed or deleted, it counts requests.
std::string progress_text(const Tally& tally, std::optional<std::uint64_t> total,
                          std::chrono::duration<double> elapsed);

/// The last line: `200000 rides posted in 8.1 s (24691/s): 200000 accepted, 0 refused, 0 in doubt`; with
/// changes, `… requests posted …; 180000 rides created, 16000 changed, 4000 deleted`.
std::string summary_text(const Tally& tally, std::chrono::duration<double> elapsed);

/// Shows how far the simulator is. On a terminal one line is drawn again and again, below the others;
/// elsewhere a line is written every 5 seconds, and at every tenth of the total.
class Progress {
public:
    /// `out` must outlive it. `shown` false: only what is said is written.
    Progress(std::ostream& out, bool terminal, bool shown, std::optional<std::uint64_t> total);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    /// Leaves the terminal on a line of its own.
    ~Progress();

    /// To be called several times a second; decides by itself what to write.
    void update(const Tally& tally, std::chrono::duration<double> elapsed);

    /// Writes a line of text, above what is drawn.
    void say(std::string_view line);

    /// Writes the last line, in place of what is drawn.
    void finish(std::string_view line);

private:
    [[nodiscard]] bool worth_a_line(const Tally& tally, std::chrono::duration<double> elapsed) const;

    std::ostream& out_;
    bool terminal_;
    bool shown_;
    std::optional<std::uint64_t> total_;
    std::string drawn_;  ///< On a terminal: the line that stands there.
    std::uint64_t written_tenths_ = 0;
    std::chrono::duration<double> written_at_{0};
};

}  // namespace rocket_rides
