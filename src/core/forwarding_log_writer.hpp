#pragma once

#include "contrail/log_writer.hpp"

namespace contrail {

/// A LogWriter that passes every call to another one, `log`, which must outlive it. For classes that change
/// or observe some calls.
class ForwardingLogWriter : public LogWriter {
public:
    explicit ForwardingLogWriter(LogWriter& log) : log_(log) {}

    void act_for(const OutboxIdentity& outbox) override { log_.act_for(outbox); }
    std::string incarnation() override { return log_.incarnation(); }
    void claim(RecordId sealed, const std::string& incarnation) override { log_.claim(sealed, incarnation); }
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
