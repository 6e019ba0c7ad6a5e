#pragma once

#include <cstddef>
#include <optional>

#include "contrail/streamer.hpp"
#include "metrics/progress.hpp"
#include "metrics/registry.hpp"
#include "metrics/state.hpp"
#include "metrics/stopwatch.hpp"

namespace contrail::metrics {

/// What a streamer does, counted: from its events, and from its ports (WatchedOutbox, WatchedLog), so that it
/// knows nothing of it. A few clock readings a batch and an append; nothing a record.
///
/// Threads  Told on the streamer's thread, read on any.
class StreamerMetrics : public StreamerEvents {
public:
    /// `registry` and `clock` must outlive it.
    StreamerMetrics(Registry& registry, Clock& clock);

    /// It moves when records are appended, when none are staged, and when another streamer works.
    [[nodiscard]] const Progress& progress() const { return progress_; }

    void located(RecordId head, std::uint64_t resend) override;
    void restarted(RecordId head, RecordId from) override;
    void held_back(const LogUsage& usage) override;
    void resumed() override;
    void batch_appended(const Batch& batch) override;
    void refused(RecordId expected, RecordId head) override;
    void standing_by() override;
    void taking_over(RecordId head, Clock::Duration stood_still) override;
    void retrying(const Error& error, Clock::Duration pause) override;

    /// Another streamer leads.
    void follows() { progress_.moved(); }
    /// The outbox was asked for the next batch; `asked` runs since then.
    void looked(const Stopwatch& asked, bool found);
    /// An append was made.
    void appended(std::size_t records, std::size_t bytes, double seconds);

private:
    enum Doing : std::size_t { idle, streaming, standing_by_, held_back_, retrying_ };
    void enter(Doing doing);

    Progress progress_;
    State state_;
    Doing doing_ = idle;
    std::optional<Stopwatch> looked_before_;

    Counter& records_;
    Counter& bytes_;
    Counter& appends_;
    Counter& batches_;
    Counter& resends_;
    Counter& refusals_;
    Counter& restarts_;
    Counter& takeovers_;
    Counter& retries_;
    Histogram& seal_;
    Histogram& seal_interval_;
    Histogram& append_;
};

}  // namespace contrail::metrics
