#pragma once

#include "contrail/consumer.hpp"
#include "contrail/retention.hpp"
#include "contrail/streamer.hpp"
#include "logging/component_log.hpp"

namespace contrail::cli {

/// Writes a streamer's events to the program's log.
class StreamerLog : public StreamerEvents {
public:
    void located(RecordId head, std::uint64_t resend) override;
    void restarted(RecordId head, RecordId from) override;
    void held_back(const LogUsage& usage) override;
    void resumed() override;
    void batch_appended(const Batch& batch) override;
    void refused(RecordId expected, RecordId head) override;
    void standing_by() override;
    void taking_over(RecordId head, Clock::Duration stood_still) override;
    void retrying(const Error& error, Clock::Duration pause) override;
};

/// Writes what retention does to the program's log.
class RetentionLog : public RetentionEvents {
public:
    void dropped(RecordId keep_from, const Released& released) override;
    void obstructed(const std::string& obstacle) override;
    void nobody_registered(std::uint64_t bytes_max) override;
    void near_limit(const ConsumerName& consumer, std::string_view limit, double used) override;
    void cut_off(const ConsumerName& consumer, const CutOff& missed) override;
    void retrying(const Error& error, Clock::Duration pause) override;
};

/// Writes a consumer's events to the program's log.
class ConsumerLog : public ConsumerEvents {
public:
    explicit ConsumerLog(ConsumerName consumer);
    ConsumerLog(const ConsumerLog&) = delete;
    ConsumerLog& operator=(const ConsumerLog&) = delete;

    void registered(RecordId checkpoint) override;
    void located(RecordId checkpoint) override;
    void committed(RecordId first, RecordId last) override;
    void skipped(std::size_t records) override;
    void overtaken() override;
    void retrying(const std::exception& error, Clock::Duration pause) override;
    void parked(const DeadLetter& letter) override;
    void retried(const DeadLetter& letter) override;

private:
    ConsumerName consumer_;
    ComponentLog log_;  ///< Refers to consumer_.
};

/// Writes to the program's log why it cannot report beside the log how it fares.
void log_report_failure(const Error& error);

}  // namespace contrail::cli
