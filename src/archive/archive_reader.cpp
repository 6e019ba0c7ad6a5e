#include "archive/archive_reader.hpp"

#include <algorithm>
#include <utility>

namespace contrail::archive {

ArchiveReader::ArchiveReader(Folder folder)
    : folder_(std::move(folder)),
      identity_(folder_.require_identity()),
      files_(folder_.files(identity_)) {}

void ArchiveReader::refresh() {
    const std::size_t before = files_.size();
    identity_ = folder_.require_identity();
    files_ = folder_.files(identity_, std::move(files_));
    if (files_.size() < before) reader_.reset();  // an older copy was put in its place
}

std::optional<RecordId> ArchiveReader::first() const {
    return files_.empty() ? std::nullopt : std::optional(files_.front().trailer.first);
}

std::optional<RecordId> ArchiveReader::last() const {
    return files_.empty() ? std::nullopt : std::optional(files_.back().trailer.last);
}

std::uint64_t ArchiveReader::bytes() const {
    std::uint64_t bytes = 0;
    for (const File& file : files_) bytes += file.trailer.content_bytes;
    return bytes;
}

void ArchiveReader::read(RecordId after, const ChunkLimits& limits, std::vector<Record>& records) {
    if (!reader_ || after != read_to_) seek(after);
    std::size_t count = 0;
    std::size_t bytes = 0;
    while (count < limits.records_max && (has_ahead_ || next())) {
        if (count > 0 && bytes + ahead_.bytes() > limits.bytes_max) break;
        bytes += ahead_.bytes();
        read_to_ = ahead_.id;
        has_ahead_ = false;
        if (count == records.size()) records.emplace_back();
        std::swap(records[count++], ahead_);  // both keep the memory of their texts
    }
    records.resize(count);
}

void ArchiveReader::seek(RecordId after) {
    const auto holder =
        std::ranges::find_if(files_, [&](const File& file) { return file.trailer.last > after; });
    next_file_ = static_cast<std::size_t>(holder - files_.begin());
    reader_.reset();
    read_to_ = after;
    do has_ahead_ = next();
    while (has_ahead_ && ahead_.id <= after);
}

/// Reads the next record into ahead_. False: there is none.
bool ArchiveReader::next() {
    while (!reader_ || !reader_->next(ahead_)) {
        if (next_file_ >= files_.size()) return false;
        reader_ = std::make_unique<FileReader>(files_[next_file_++]);
    }
    has_ahead_ = true;
    return true;
}

std::optional<RecordId> ArchiveReader::last_before(std::uint64_t unix_ms) {
    if (files_.empty() || files_.back().trailer.last.sealed_ms < unix_ms) return std::nullopt;
    const auto holder = std::ranges::find_if(
        files_, [&](const File& file) { return file.trailer.last.sealed_ms >= unix_ms; });
    if (holder->trailer.first.sealed_ms >= unix_ms) {
        if (holder != files_.begin()) return std::prev(holder)->trailer.last;
        const RecordId before = identity_.begins_after.value_or(RecordId{});
        return before.sealed_ms < unix_ms ? std::optional(before) : std::nullopt;
    }
    FileReader reader(*holder);
    Record record;
    RecordId last;
    while (reader.next(record) && record.id.sealed_ms < unix_ms) last = record.id;
    return last;
}

}  // namespace contrail::archive
