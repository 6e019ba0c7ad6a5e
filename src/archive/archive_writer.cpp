#include "archive/archive_writer.hpp"

#include <utility>

#include "archive/file_system.hpp"
#include "contrail/error.hpp"
#include "core/require.hpp"

namespace contrail::archive {

/// Reads the folder unless it is known. Only this process writes to it, and what it has written it knows.
void ArchiveWriter::look() {
    if (looked_) return;
    contents_ = folder_.contents();
    sync_folder(folder_.path());  // A process may have died between naming a file and this.
    looked_ = true;
}

std::optional<RecordId> ArchiveWriter::written_to() {
    return file_ ? file_->last() : durable_to();
}

std::optional<RecordId> ArchiveWriter::durable_to() {
    look();
    return contents_.identity.begins_after ? std::optional(contents_.end()) : std::nullopt;
}

void ArchiveWriter::begin_after(RecordId place) {
    look();
    require(!contents_.identity.begins_after, "an archive begins once", place.to_string());
    Identity begun = contents_.identity;
    begun.begins_after = place;
    folder_.replace(begun);
    contents_.identity = begun;
}

void ArchiveWriter::append(std::span<const Record> records) {
    for (const Record& record : records) {
        const RecordId before = written_to().value();
        require(record.id.offset == before.offset.next(), "records are archived without a gap",
                before.to_string(), record.id.to_string());
        if (!file_) {
            file_ = std::make_unique<FileWriter>(folder_, contents_.identity.id);
            begun_at_ = clock_.now();
        }
        file_->append(record);
        if (file_->bytes() >= limits_.bytes_max) complete();
    }
}

void ArchiveWriter::complete_if_due() {
    if (file_ && clock_.now() - begun_at_ >= limits_.age_max) complete();
}

bool ArchiveWriter::complete() {
    if (!file_) return false;
    const auto file = std::exchange(file_, nullptr);
    looked_ = false;  // unless it succeeds
    auto written = file->publish();
    if (!written)
        throw Error(Retry::call,
                    "Cannot complete a file of the archive in " + folder_.path().string() +
                        ": another process has written the same records, although this one holds the lock. "
                        "Nothing was overwritten. Stop one of the two.");
    contents_.files.push_back(std::move(*written));
    looked_ = true;
    return true;
}

void ArchiveWriter::go_back_to(std::optional<RecordId> place) noexcept {
    if (file_ && file_->last() != place) file_.reset();
}

}  // namespace contrail::archive
