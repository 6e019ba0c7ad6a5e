#include "kafka/record_reader.hpp"

#include "kafka/entry.hpp"
#include "kafka/errors.hpp"
#include "kafka/search.hpp"

namespace contrail::kafka {

using std::chrono::milliseconds;

RecordReader::RecordReader(const Endpoint& endpoint, LazyReader& search)
    : reader_(endpoint, endpoint.topic, fetching_all),
      search_(search) {}

void RecordReader::close() {
    reader_.close();
    at_.reset();
}

void RecordReader::read(RecordId after, const ChunkLimits& limits, milliseconds wait_max,
                        std::vector<Record>& records) {
    const auto deadline = std::chrono::steady_clock::now() + wait_max;
    records.resize(0);
    after_ = after;
    if (at_ != after) find_place();
    if (!at_) {
        // There is no topic yet. The wait leaves the processor to others.
        reader_->next(deadline, false);
        return;
    }
    // A caller that does not wait still gets what is there, although it may be on its way from the broker.
    std::optional<std::int64_t> end;
    if (wait_max == milliseconds(0))
        if (const auto extent = search_->extent()) end = extent->end;

    std::size_t count = 0;
    std::size_t bytes = 0;
    while (count < limits.records_max && bytes < limits.bytes_max &&
           read_next(records, count == 0 ? deadline : std::chrono::steady_clock::now(), end)) {
        if (records.size() == count) continue;  // a head marker
        bytes += records[count++].bytes();
    }
}

/// Finds the place of after_ in the topic as it is now.
void RecordReader::find_place() {
    close();
    const auto extent = search_->extent();
    if (!extent) return;
    passed_ = place_after(*search_, *extent, after_);
    reader_->seek(passed_);
    at_ = after_;
    is_newly_placed_ = true;
}

/// The marker of a commit follows the last entry.
bool RecordReader::is_at(std::int64_t end) {
    return passed_ + 1 >= end || reader_->found_end().value_or(0) >= end;
}

/// Nothing if there is none in time; with `end`, if there is none before that Kafka offset.
Handle<rd_kafka_message_t> RecordReader::next_entry(base::Deadline deadline, std::optional<std::int64_t> end,
                                                    bool is_first) {
    if (!end) return reader_->next(deadline, false);
    if (is_at(*end)) return nullptr;
    deadline = std::chrono::steady_clock::now() + call_time_max;
    Handle<rd_kafka_message_t> entry;
    // An end that was found earlier may lie before this one.
    do entry = reader_->next(deadline, true);
    while (!entry && !is_at(*end) && std::chrono::steady_clock::now() < deadline);
    // "Nothing is there" takes a broker that says so.
    if (!entry && is_first && !is_at(*end)) throw_error(RD_KAFKA_RESP_ERR__TIMED_OUT);
    return entry;
}

/// Reads one entry. False if there is none.
bool RecordReader::read_next(std::vector<Record>& records, base::Deadline deadline,
                             std::optional<std::int64_t> end) {
    auto entry = next_entry(deadline, end, records.empty());
    if (!entry) return false;
    const RecordId id = id_of(*entry);
    if (id.offset != at_->offset.next() && !is_newly_placed_) {
        entry.reset();
        close();
        // What was read before it is good. The next read searches.
        if (!records.empty()) return false;
        search_.close();
        find_place();
        return at_ && read_next(records, deadline, end);
    }
    at_ = id;
    passed_ = entry->offset + 1;
    is_newly_placed_ = is_head_marker(*entry);  // the log begins anew after one
    if (!is_newly_placed_) read_record(*entry, records.emplace_back());
    return true;
}

}  // namespace contrail::kafka
