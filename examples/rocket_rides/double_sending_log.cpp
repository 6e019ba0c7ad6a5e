#include "double_sending_log.hpp"

#include "contrail/component_log.hpp"

namespace rocket_rides {

void DoubleSendingLog::append_begin(contrail::RecordId expected, std::span<const contrail::Record> records) {
    ForwardingLogWriter::append_begin(expected, records);
    const bool twice = doubles_(random_);
    if (twice) ForwardingLogWriter::append_begin(expected, records);
    repeated_.push_back(twice ? records.size() : 0);
}

contrail::RecordId DoubleSendingLog::append_end() {
    const std::size_t repeated = repeated_.front();
    repeated_.pop_front();
    const contrail::RecordId head = ForwardingLogWriter::append_end();
    if (repeated == 0) return head;

    const contrail::RecordId head_after_repeat = ForwardingLogWriter::append_end();
    contrail::ComponentLog("streamer")
        .info("sent {records} records twice on purpose; the log refused the repeat, its head is {head}",
              {{"records", repeated}, {"head", head_after_repeat}});
    return head_after_repeat;
}

contrail::RecordId DoubleSendingLog::head() {
    repeated_.clear();
    return ForwardingLogWriter::head();
}

}  // namespace rocket_rides
