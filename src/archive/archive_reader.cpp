#include "archive/archive_reader.hpp"

#include <algorithm>
#include <utility>

namespace contrail::archive {

ArchiveReader::ArchiveReader(Folder folder) : folder_(std::move(folder)), contents_(folder_.contents()) {}

void ArchiveReader::refresh() {
    const std::size_t before = contents_.files.size();
    contents_ = folder_.contents(std::move(contents_.files));
    if (contents_.files.size() < before) reader_.reset();  // an older copy was put in its place
}

std::optional<RecordId> ArchiveReader::first() const {
    return contents_.files.empty() ? std::nullopt : std::optional(contents_.files.front().trailer.first);
}

std::optional<RecordId> ArchiveReader::last() const {
    return contents_.files.empty() ? std::nullopt : std::optional(contents_.files.back().trailer.last);
}

std::uint64_t ArchiveReader::bytes() const {
    std::uint64_t bytes = 0;
    for (const File& file : contents_.files) bytes += file.trailer.content_bytes;
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
        std::ranges::find_if(contents_.files, [&](const File& file) { return file.trailer.last > after; });
    next_file_ = static_cast<std::size_t>(holder - contents_.files.begin());
    reader_.reset();
    read_to_ = after;
    do has_ahead_ = next();
    while (has_ahead_ && ahead_.id <= after);
}

/// Reads the next record into ahead_. False: there is none.
bool ArchiveReader::next() {
    while (!reader_ || !reader_->next(ahead_)) {
        if (next_file_ >= contents_.files.size()) return false;
        reader_ = std::make_unique<FileReader>(contents_.files[next_file_++]);
    }
    has_ahead_ = true;
    return true;
}

std::optional<RecordId> ArchiveReader::last_before(std::uint64_t unix_ms) {
    if (contents_.files.empty() || contents_.files.back().trailer.last.sealed_ms < unix_ms)
        return std::nullopt;
    const auto holder = std::ranges::find_if(
        contents_.files, [&](const File& file) { return file.trailer.last.sealed_ms >= unix_ms; });
    if (holder->trailer.first.sealed_ms >= unix_ms) {
        if (holder != contents_.files.begin()) return std::prev(holder)->trailer.last;
        const RecordId before = contents_.identity.begins_after.value_or(RecordId{});
        return before.sealed_ms < unix_ms ? std::optional(before) : std::nullopt;
    }
    FileReader reader(*holder);
    Record record;
    RecordId last;
    while (reader.next(record) && record.id.sealed_ms < unix_ms) last = record.id;
    return last;
}

}  // namespace contrail::archive
