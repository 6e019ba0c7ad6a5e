#pragma once

#include "contrail/outbox.hpp"
#include "metrics/streamer_metrics.hpp"

namespace contrail::metrics {

/// A streamer's outbox, which tells a StreamerMetrics of its polls. Both must outlive it.
class MeteredOutbox : public Outbox {
public:
    MeteredOutbox(Outbox& outbox, StreamerMetrics& metrics) : outbox_(outbox), metrics_(metrics) {}

    OutboxIdentity identity() override { return outbox_.identity(); }
    bool lead() override {
        const bool leads = outbox_.lead();
        if (!leads) metrics_.another_leads();
        return leads;
    }
    std::optional<OpenBatch> next(const Batch& previous) override {
        const Stopwatch asked;
        auto batch = outbox_.next(previous);
        metrics_.polled(asked, batch.has_value());
        return batch;
    }

    Rest rest(Clock::Duration wait_max, const std::stop_token& stop) override {
        const Rest ended = outbox_.rest(wait_max, stop);
        if (ended == Rest::woken) metrics_.woken();
        return ended;
    }

    Batch newest() override { return outbox_.newest(); }
    Batch base() override { return outbox_.base(); }
    std::optional<Batch> find(Offset offset) override { return outbox_.find(offset); }
    std::unique_ptr<BatchReader> read(const OpenBatch& batch, Offset from) override {
        return outbox_.read(batch, from);
    }
    BatchRun read_run(const Batch& previous, std::uint64_t records_max) override {
        return outbox_.read_run(previous, records_max);
    }
    Released release(Offset through) override { return outbox_.release(through); }
    std::uint64_t now_ms() override { return outbox_.now_ms(); }
    ConsumerRegistry& registry() override { return outbox_.registry(); }

private:
    Outbox& outbox_;
    StreamerMetrics& metrics_;
};

}  // namespace contrail::metrics
