#include "operations/status/status_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "base/utc.hpp"
#include "operations/retention_text.hpp"
#include "operations/state_text.hpp"
#include "operations/status/problems.hpp"
#include "operations/units.hpp"

namespace contrail::operations {

namespace {

constexpr std::size_t table_columns = 100;
constexpr std::size_t gap = 2;             ///< Between two columns of the table.
constexpr std::size_t label_width = 10;    ///< `retention`, and a space.
constexpr std::size_t name_width_min = 8;  ///< However wide the numbers are.

constexpr std::size_t segments_shown_max = 16;  ///< Of a consumer. `contrail consumer segments` shows all.
constexpr std::size_t segment_cells = 5;        ///< That a segment's line has in common with a consumer's.
constexpr std::size_t instance_columns = 27;    ///< As many as the others take: rate and latencies.

constexpr std::string_view not_known = "-";

std::string millisecond_text(double ms) {
    if (ms < 10) return fmt::format("{:.1f} ms", ms);
    if (ms < 1'000) return fmt::format("{:.0f} ms", ms);
    if (ms < 10'000) return fmt::format("{:.1f} s", ms / 1'000);
    return duration_text(std::chrono::milliseconds(static_cast<std::int64_t>(ms)));
}

std::string latency_text(const std::optional<double>& ms) {
    return ms ? millisecond_text(*ms) : std::string(not_known);
}

std::string seconds_text(const std::optional<double>& seconds) {
    if (!seconds) return std::string(not_known);
    return *seconds == 0 ? "0 s" : millisecond_text(*seconds * 1'000);
}

/// `1,204,331`, and `12.0 M` where that is shorter.
std::string short_count(double count) {
    if (count < 1e7) return count_text(static_cast<std::uint64_t>(std::llround(count)));
    return count < 1e9 ? fmt::format("{:.1f} M", count / 1e6) : fmt::format("{:.1f} G", count / 1e9);
}

std::string count_text(const std::optional<std::uint64_t>& count) {
    return count ? short_count(static_cast<double>(*count)) : std::string(not_known);
}

std::string rate_text(const std::optional<double>& per_second) {
    if (!per_second) return std::string(not_known);
    return (*per_second > 0 && *per_second < 10 ? fmt::format("{:.1f}", *per_second)
                                                : short_count(*per_second)) +
           "/s";
}

std::string id_text(const std::optional<RecordId>& id) {
    return id ? id->to_string() : std::string(not_known);
}

struct Cell {
    std::string text;
    bool to_the_right = false;
    int colour = 0;  ///< The number in the escape sequence; 0: the terminal's default.
};

constexpr int green = 32;
constexpr int yellow = 33;
constexpr int red = 31;
constexpr int faint = 2;
constexpr int bold = 1;

int colour_of(ProgramState state) {
    switch (state) {
        case ProgramState::streaming:
        case ProgramState::consuming:
        case ProgramState::idle:
            return green;
        case ProgramState::standing_by:
        case ProgramState::held_back:
        case ProgramState::retrying:
            return yellow;
        case ProgramState::halted:
        case ProgramState::cut_off:
        case ProgramState::stalled:
        case ProgramState::stopped:
            return red;
        case ProgramState::unknown:
            return faint;
    }
    return 0;
}

constexpr std::size_t consumer_columns = 8;
using Row = std::array<Cell, consumer_columns>;

/// For values of usual width, so that the columns of a table that is refreshed stay in place.
constexpr std::array<std::size_t, consumer_columns> widths_min{8, 11, 22, 7, 7, 9, 7, 7};

Row heading() {
    return {{{"consumer"},
             {"state"},
             {"last record"},
             {"lag", true},
             {"behind", true},
             {"rate", true},
             {"p50", true},
             {"p99", true}}};
}

Row row_of(const ConsumerStatus& consumer) {
    return {{{base::harmless(consumer.name)},
             {state_text(consumer.state), false, colour_of(consumer.state)},
             {id_text(consumer.last)},
             {count_text(consumer.lag_records), true},
             {seconds_text(consumer.lag_seconds), true},
             {rate_text(consumer.records_per_second), true},
             {latency_text(consumer.latency_p50_ms), true},
             {latency_text(consumer.latency_p99_ms), true}}};
}

class Text {
public:
    Text(const Status& status, bool coloured) : status_(status), coloured_(coloured) {}

    std::string all() {
        add_log();
        add_outbox();
        add_streamer();
        add_retention();
        text_ += '\n';
        add_consumers();
        text_ += '\n';
        add_verdict();
        return std::move(text_);
    }

private:
    void add_log() {
        const LogStatus& log = status_.log;
        begin_line("log");
        if (!log.error.empty()) return add_error(log.error);
        add_wrapped(fmt::format("{} at {}, {} in {}, {}", base::shortened(status_.stream, 30),
                                id_text(log.head), records_text(log.records.value_or(0)),
                                bytes_text(log.bytes.value_or(0)), rate_text(log.records_per_second)));
    }

    void add_outbox() {
        const OutboxStatus& outbox = status_.outbox;
        begin_line("outbox");
        if (!outbox.error.empty()) return add_error(outbox.error);
        std::string text = waiting_text(outbox) + "; " + bytes_text(outbox.bytes.value_or(0)) + " on disk:";
        for (const auto& segment : outbox.segments)
            text += fmt::format("{} {}{}", segment.number == 0 ? "" : ",", bytes_text(segment.bytes),
                                segment.current ? " (current)" : "");
        add_wrapped(text);
    }

    static std::string waiting_text(const OutboxStatus& outbox) {
        if (!outbox.waiting_records) return "the number of waiting records is unknown";
        if (*outbox.waiting_records == 0) return "nothing waits";
        std::string text = count_text(outbox.waiting_records);
        text += *outbox.waiting_records == 1 ? " record waits" : " records wait";
        if (outbox.oldest_waiting_seconds)
            text += ", " + seconds_text(outbox.oldest_waiting_seconds) + " or longer";
        return text;
    }

    void add_streamer() {
        const StreamerStatus& streamer = status_.streamer;
        begin_line("streamer");
        text_ += painted(colour_of(streamer.state), state_text(streamer.state));
        if (streamer.records_per_second) text_ += ", " + rate_text(streamer.records_per_second);
        text_ += '\n';
        add_silence(streamer.state, streamer.seen_seconds, label_width);
        add_last_error(streamer.last_error, needs_operator(streamer.state), label_width);
    }

    void add_retention() {
        if (!status_.streamer.retention) return;
        begin_line("retention");
        add_wrapped(retention_text(*status_.streamer.retention));
    }

    void add_consumers() {
        std::vector<Row> rows{heading()};
        for (const ConsumerStatus& consumer : status_.consumers) rows.push_back(row_of(consumer));
        std::array<std::size_t, consumer_columns> widths = widths_min;
        for (const Row& row : rows)
            for (std::size_t i = 0; i < row.size(); ++i)
                widths[i] = std::max(widths[i], base::columns_of(row[i].text));
        fit(widths);

        add_row(rows.front(), widths, bold);
        for (std::size_t i = 0; i < status_.consumers.size(); ++i) {
            const ConsumerStatus& consumer = status_.consumers[i];
            add_row(rows[i + 1], widths, 0);
            if (consumer.reads_archive)
                text_ += std::string(gap, ' ') + painted(faint, "reads an archive, and then the log") + '\n';
            add_silence(consumer.state, consumer.seen_seconds, gap);
            add_last_error(consumer.last_error, needs_operator(consumer.state), gap);
            add_segments(consumer, widths);
        }
        if (status_.consumers.empty()) text_ += painted(faint, "none") + '\n';
    }

    /// Of many, those that need an operator, and those furthest behind.
    void add_segments(const ConsumerStatus& consumer, std::span<const std::size_t> widths) {
        if (consumer.segments.empty()) return;
        add_skew(consumer);
        std::vector<const SegmentStatus*> shown;
        for (const SegmentStatus& segment : consumer.segments) shown.push_back(&segment);
        const std::size_t shown_max = std::min(shown.size(), segments_shown_max);
        std::ranges::stable_sort(shown, std::greater<>(), [](const SegmentStatus* segment) {
            return std::pair(needs_operator(segment->state), segment->lag_records.value_or(0));
        });
        shown.resize(shown_max);
        std::ranges::sort(shown, {}, &SegmentStatus::number);
        for (const SegmentStatus* const segment : shown)
            add_segment(*segment, consumer.segments.size(), widths);
    }

    void add_skew(const ConsumerStatus& consumer) {
        std::string line = fmt::format("{} segments", consumer.segments.size());
        if (consumer.segments.size() > segments_shown_max)
            line += fmt::format(", {} of them here", segments_shown_max);
        const auto skew = consumer.skew_records();
        if (skew == 0) line += ", at one record";
        if (skew > 0)
            line += fmt::format("; slowest: {}; the furthest is {} ahead of it", consumer.slowest()->number,
                                records_text(*skew));
        text_.append(gap, ' ') += line + '\n';
    }

    void add_segment(const SegmentStatus& segment, std::size_t count, std::span<const std::size_t> widths) {
        const Row row{{{fmt::format("  {}/{}", segment.number, count)},
                       {state_text(segment.state), false, colour_of(segment.state)},
                       {id_text(segment.last)},
                       {count_text(segment.lag_records), true},
                       {seconds_text(segment.lag_seconds), true}}};
        add_row(std::span(row).first(segment_cells), widths, 0);
        text_.pop_back();
        const std::string instance =
            segment.instance.empty() ? std::string(not_known) : base::harmless(segment.instance);
        text_.append(gap, ' ') += base::shortened(instance, instance_columns) + '\n';
        if (segment.last_error.empty()) return;
        const std::string error =
            base::shortened(base::harmless(segment.last_error), table_columns - 2 * gap);
        text_.append(2 * gap, ' ') += painted(needs_operator(segment.state) ? red : faint, error) + '\n';
    }

    /// Gives the names the columns that are left.
    static void fit(std::span<std::size_t> widths) {
        std::size_t others = 0;
        for (const std::size_t width : widths.subspan(1)) others += gap + width;
        widths.front() =
            std::min(widths.front(),
                     others + name_width_min < table_columns ? table_columns - others : name_width_min);
    }

    void add_row(std::span<const Cell> row, std::span<const std::size_t> widths, int colour) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const Cell& cell = row[i];
            const std::string shown = base::shortened(cell.text, widths[i]);
            const std::string padding(widths[i] - base::columns_of(shown), ' ');
            line += i == 0 ? "" : std::string(gap, ' ');
            if (cell.to_the_right) line += padding;
            line += painted(cell.colour != 0 ? cell.colour : colour, shown);
            if (!cell.to_the_right && i + 1 < row.size()) line += padding;
        }
        text_ += line + '\n';
    }

    void add_silence(ProgramState state, const std::optional<double>& seen_seconds, std::size_t indent) {
        if (state != ProgramState::stopped || !seen_seconds) return;
        text_.append(indent, ' ') +=
            painted(red, "published its status last " + seconds_text(seen_seconds) + " ago") + '\n';
    }

    /// In full if the program needs an operator, else in one line.
    void add_last_error(const std::optional<ReportedError>& error, bool in_full, std::size_t indent) {
        if (!error) return;
        const std::string age =
            seconds_text(static_cast<double>(status_.at_ms - std::min(status_.at_ms, error->at_ms)) / 1'000);
        const std::string line = age + " ago: " + base::harmless(error->message);
        text_.append(indent, ' ');
        if (in_full) {
            add_error(line, indent);
        } else {
            text_ += painted(faint, base::shortened(line, table_columns - indent)) + '\n';
        }
    }

    void add_error(const std::string& error, std::size_t indent = label_width) {
        const std::string lines =
            base::wrapped(base::shortened(base::harmless(error), 600), table_columns, indent);
        text_ += painted(red, lines.substr(0, lines.size() - 1)) + '\n';
    }

    void add_verdict() {
        const auto wrong = problems(status_);
        if (wrong.empty()) {
            text_ += painted(green, "all is well") + '\n';
            return;
        }
        std::string joined;
        for (const auto& problem : wrong) joined += (joined.empty() ? "" : "; ") + base::harmless(problem);
        const std::string lines = base::wrapped("not well: " + joined, table_columns, 0);
        text_ += painted(red, lines.substr(0, lines.size() - 1)) + '\n';
    }

    void add_wrapped(const std::string& text) { text_ += base::wrapped(text, table_columns, label_width); }

    void begin_line(std::string_view label) {
        text_ += painted(bold, std::string(label)) + std::string(label_width - label.size(), ' ');
    }

    [[nodiscard]] std::string painted(int colour, const std::string& text) const {
        return coloured_ && colour != 0 ? fmt::format("\x1b[{}m{}\x1b[0m", colour, text) : text;
    }

    const Status& status_;
    bool coloured_;
    std::string text_;
};

}  // namespace

std::string to_text(const Status& status, bool coloured) {
    return Text(status, coloured).all();
}

}  // namespace contrail::operations
