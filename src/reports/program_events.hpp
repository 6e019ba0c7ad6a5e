#pragma once

#include "contrail/consumer_events.hpp"
#include "contrail/streamer.hpp"
#include "reports/progress.hpp"

namespace contrail {

/// What a streamer's events say about its progress. `progress` must outlive it.
class StreamerProgress : public StreamerEvents {
public:
    explicit StreamerProgress(Progress& progress) : progress_(progress) {}

    void located(RecordId head, std::uint64_t resend) override;
    void restarted(RecordId head, RecordId from) override;
    void held_back(const LogUsage& usage) override;
    void resumed() override;
    void batch_appended(const Batch& batch) override;
    void standing_by() override;
    void taking_over(RecordId head, Clock::Duration stood_still) override;
    void retrying(const Error& error, Clock::Duration pause) override;
    void halted(const Error& error) override;

private:
    Progress& progress_;
};

/// The same of a consumer's.
class ConsumerProgress : public ConsumerEvents {
public:
    explicit ConsumerProgress(Progress& progress) : progress_(progress) {}

    void located(RecordId checkpoint) override;
    void committed(RecordId first, RecordId last) override;
    void overtaken() override;
    void retrying(const std::exception& error, Clock::Duration pause) override;
    void halted(const Error& error) override;
    void parked(const DeadLetter& letter) override;
    void retried(const DeadLetter& letter) override;

private:
    Progress& progress_;
};

}  // namespace contrail
