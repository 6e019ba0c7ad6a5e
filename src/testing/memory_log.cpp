#include "testing/memory_log.hpp"

#include <algorithm>
#include <utility>

namespace contrail::testing {

void MemoryLogServer::lose_tail(std::size_t count) {
    records.resize(records.size() - std::min(count, records.size()));
    head = records.empty() ? RecordId{} : records.back().id;
}

void MemoryLogServer::lose_everything() {
    *this = MemoryLogServer{};
}

void MemoryLogServer::trim(RecordId keep_from) {
    std::erase_if(records, [&](const Record& record) { return record.id < keep_from; });
}

void MemoryLogServer::erase(RecordId id) {
    std::erase_if(records, [&](const Record& record) { return record.id == id; });
}

void MemoryLogServer::append_foreign(Record record) {
    head = record.id;
    records.push_back(std::move(record));
}

RecordId MemoryLog::head() {
    append_answers_.clear();
    return server_.head;
}

void MemoryLog::append_begin(RecordId expected, std::span<const Record> records) {
    if (server_.head == expected) {
        server_.records.insert(server_.records.end(), records.begin(), records.end());
        server_.head = records.back().id;
    }
    append_answers_.push_back(server_.head);
}

RecordId MemoryLog::append_end() {
    const RecordId head = append_answers_.front();
    append_answers_.pop_front();
    return head;
}

void MemoryLog::read_begin(RecordId after, std::size_t count_max, std::chrono::milliseconds) {
    read_after_ = after;
    read_count_max_ = count_max;
}

void MemoryLog::read_end(std::vector<Record>& records) {
    const auto first = std::find_if(server_.records.begin(), server_.records.end(),
                                    [&](const Record& record) { return record.id > read_after_; });
    const auto available = static_cast<std::size_t>(server_.records.end() - first);
    const auto count = static_cast<std::ptrdiff_t>(std::min(available, read_count_max_));
    records.assign(first, first + count);
}

void MemoryLog::report_position(const ConsumerName& consumer, RecordId position) {
    server_.positions[consumer] = position;
}

}  // namespace contrail::testing
