#include "bench/load/progress_bar.hpp"

#include <fmt/format.h>

#include <ostream>

namespace contrail::load {

namespace {

using Seconds = std::chrono::duration<double>;

constexpr Seconds line_period{5.0};

/// Returns to the start of the line and wipes it.
constexpr std::string_view wipe = "\r\x1b[K";

double rate(const Tally& tally, Seconds elapsed) {
    return elapsed.count() > 0 ? static_cast<double>(tally.posted()) / elapsed.count() : 0.0;
}

std::uint64_t tenths(const Tally& tally, std::optional<std::uint64_t> total) {
    return total && *total > 0 ? tally.posted() * 10 / *total : 0;
}

/// What it counts.
std::string_view noun(const Tally& tally) {
    return tally.changed + tally.deleted > 0 ? "requests" : "rides";
}

}  // namespace

std::string progress_text(const Tally& tally, std::optional<std::uint64_t> total, Seconds elapsed) {
    const std::uint64_t posted = tally.posted();
    const double rides_per_second = rate(tally, elapsed);
    std::string text = fmt::format("{}", posted);
    if (total) text += fmt::format("/{}", *total);
    text.append(" ").append(noun(tally));
    if (total && *total > 0) text += fmt::format(" ({} %)", posted * 100 / *total);
    text += fmt::format(", {:.0f}/s", rides_per_second);
    if (total && posted > 0) {
        text += fmt::format(", {:.0f} s left", static_cast<double>(*total - posted) / rides_per_second);
    }
    if (tally.refused > 0) text += fmt::format(", {} refused", tally.refused);
    if (tally.in_doubt > 0) text += fmt::format(", {} in doubt", tally.in_doubt);
    return text;
}

std::string summary_text(const Tally& tally, Seconds elapsed) {
    std::string text = fmt::format(
        "{} {} posted in {:.1f} s ({:.0f}/s): {} accepted, {} refused, {} in doubt", tally.posted(),
        noun(tally), elapsed.count(), rate(tally, elapsed), tally.accepted, tally.refused, tally.in_doubt);
    if (const auto changes = tally.changed + tally.deleted; changes > 0)
        text += fmt::format("; {} rides created, {} changed, {} deleted", tally.accepted - changes,
                            tally.changed, tally.deleted);
    return text;
}

ProgressBar::ProgressBar(std::ostream& out, bool terminal, bool shown, std::optional<std::uint64_t> total)
    : out_(out),
      terminal_(terminal),
      shown_(shown),
      total_(total) {}

ProgressBar::~ProgressBar() {
    if (!drawn_.empty()) out_ << std::endl;
}

void ProgressBar::update(const Tally& tally, Seconds elapsed) {
    if (!shown_) return;
    if (terminal_) {
        drawn_ = progress_text(tally, total_, elapsed);
        out_ << wipe << drawn_ << std::flush;
    } else if (worth_a_line(tally, elapsed)) {
        written_tenths_ = tenths(tally, total_);
        written_at_ = elapsed;
        out_ << progress_text(tally, total_, elapsed) << std::endl;
    }
}

void ProgressBar::say(std::string_view line) {
    if (drawn_.empty()) {
        out_ << line << std::endl;
    } else {
        out_ << wipe << line << '\n' << drawn_ << std::flush;
    }
}

void ProgressBar::finish(std::string_view line) {
    if (!drawn_.empty()) out_ << wipe;
    drawn_.clear();
    out_ << line << std::endl;
}

bool ProgressBar::worth_a_line(const Tally& tally, Seconds elapsed) const {
    return tenths(tally, total_) > written_tenths_ || elapsed - written_at_ >= line_period;
}

}  // namespace contrail::load
