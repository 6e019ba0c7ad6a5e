#pragma once

#include <utility>
#include <vector>

#include "contrail/consumer_events.hpp"
#include "contrail/retention.hpp"
#include "contrail/streamer.hpp"

namespace contrail {

/// Hands what a streamer tells to several listeners, in their order. They must outlive it.
class StreamerEventList : public StreamerEvents {
public:
    explicit StreamerEventList(std::vector<StreamerEvents*> listeners) : listeners_(std::move(listeners)) {}

    void located(RecordId head, std::uint64_t resend) override;
    void restarted(RecordId head, RecordId from) override;
    void held_back(const LogUsage& usage) override;
    void resumed() override;
    void batch_appended(const Batch& batch) override;
    void refused(RecordId expected, RecordId head) override;
    void standing_by() override;
    void taking_over(RecordId head, Clock::Duration stood_still) override;
    void retrying(const Error& error, Clock::Duration pause) override;
    void halted(const Error& error) override;

private:
    std::vector<StreamerEvents*> listeners_;
};

/// The same for retention.
class RetentionEventList : public RetentionEvents {
public:
    explicit RetentionEventList(std::vector<RetentionEvents*> listeners) : listeners_(std::move(listeners)) {}

    void dropped(RecordId keep_from, const Released& released) override;
    void obstructed(const std::string& obstacle) override;
    void nobody_registered(std::uint64_t bytes_max) override;
    void near_limit(const ConsumerName& consumer, std::string_view limit, double used) override;
    void cut_off(const ConsumerName& consumer, const CutOff& missed) override;
    void retrying(const Error& error, Clock::Duration pause) override;

private:
    std::vector<RetentionEvents*> listeners_;
};

/// The same for a consumer.
class ConsumerEventList : public ConsumerEvents {
public:
    explicit ConsumerEventList(std::vector<ConsumerEvents*> listeners) : listeners_(std::move(listeners)) {}

    void registered(RecordId checkpoint) override;
    void located(RecordId checkpoint) override;
    void committed(RecordId first, RecordId last) override;
    void skipped(std::size_t records) override;
    void overtaken() override;
    void retrying(const std::exception& error, Clock::Duration pause) override;
    void halted(const Error& error) override;
    void parked(const DeadLetter& letter) override;
    void retried(const DeadLetter& letter) override;

private:
    std::vector<ConsumerEvents*> listeners_;
};

}  // namespace contrail
