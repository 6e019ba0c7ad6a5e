#pragma once

#include "contrail/log.hpp"

namespace contrail {

/// A log that hands every call on to another one, for classes that change or watch some of them. `log` must
/// outlive it.
class ForwardingLog : public Log {
public:
    explicit ForwardingLog(Log& log) : log_(log) {}

    RecordId head() override { return log_.head(); }
    LogUsage usage() override { return log_.usage(); }
    void append_begin(RecordId expected, std::span<const Record> records) override {
        log_.append_begin(expected, records);
    }
    RecordId append_end() override { return log_.append_end(); }
    void read_begin(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait_max) override {
        log_.read_begin(after, limits, wait_max);
    }
    void read_end(std::vector<Record>& records) override { log_.read_end(records); }
    void report_position(const ConsumerName& consumer, RecordId position) override {
        log_.report_position(consumer, position);
    }
    std::map<ConsumerName, RecordId> positions() override { return log_.positions(); }
    void trim(RecordId keep_from) override { log_.trim(keep_from); }
    RecordId restart(RecordId expected, RecordId head) override { return log_.restart(expected, head); }
    void mark_cut_off(const ConsumerName& consumer, const std::optional<CutOff>& cut_off) override {
        log_.mark_cut_off(consumer, cut_off);
    }
    std::map<ConsumerName, CutOff> cut_offs() override { return log_.cut_offs(); }
    void forget(const ConsumerName& consumer) override { log_.forget(consumer); }

private:
    Log& log_;
};

}  // namespace contrail
