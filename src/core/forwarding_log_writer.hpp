#pragma once

#include "contrail/log_writer.hpp"

namespace contrail {

/// A LogWriter that hands every call on to another one, for classes that change or observe some of them. `log` must
/// outlive it.
class ForwardingLogWriter : public LogWriter {
public:
    explicit ForwardingLogWriter(LogWriter& log) : log_(log) {}

    RecordId head() override { return log_.head(); }
    LogUsage usage() override { return log_.usage(); }
    void append_begin(RecordId expected, std::span<const Record> records) override {
        log_.append_begin(expected, records);
    }
    RecordId append_end() override { return log_.append_end(); }
    RecordId restart(RecordId expected, RecordId head) override { return log_.restart(expected, head); }

private:
    LogWriter& log_;
};

}  // namespace contrail
