#pragma once

#include "contrail/log_reader.hpp"

namespace contrail {

/// A LogReader that passes every call to another one, `log`, which must outlive it. For classes that change
/// or observe some calls.
class ForwardingLogReader : public LogReader {
public:
    explicit ForwardingLogReader(LogReader& log) : log_(log) {}

    RecordId head() override { return log_.head(); }
    LogUsage usage() override { return log_.usage(); }
    void read_begin(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait_max) override {
        log_.read_begin(after, limits, wait_max);
    }
    void read_end(std::vector<Record>& records) override { log_.read_end(records); }
    void consume_for(const ConsumerOwner& owner) override { log_.consume_for(owner); }
    void register_consumer(const ConsumerName& consumer, RecordId position) override {
        log_.register_consumer(consumer, position);
    }
    void report_position(const ConsumerName& consumer, RecordId position) override {
        log_.report_position(consumer, position);
    }
    std::optional<CutOff> cut_off(const ConsumerName& consumer) override { return log_.cut_off(consumer); }

private:
    LogReader& log_;
};

}  // namespace contrail
