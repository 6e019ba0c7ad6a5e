#pragma once

#include "contrail/consumer.hpp"
#include "contrail/streamer.hpp"

namespace contrail::cli {

/// Writes a streamer's events to the program's log.
class StreamerLog : public StreamerEvents {
public:
    void located(RecordId head, std::uint64_t resend) override;
    void batch_appended(const Batch& batch) override;
    void refused(RecordId expected, RecordId head) override;
    void standing_by() override;
    void taking_over(RecordId head, Clock::Duration stood_still) override;
    void retrying(const Error& error, Clock::Duration pause) override;
};

/// Writes a consumer's events to the program's log.
class ConsumerLog : public ConsumerEvents {
public:
    void located(RecordId checkpoint) override;
    void committed(std::size_t records, RecordId checkpoint) override;
    void skipped(std::size_t records) override;
    void overtaken() override;
    void retrying(const std::exception& error, Clock::Duration pause) override;
};

}  // namespace contrail::cli
