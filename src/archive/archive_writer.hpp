#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "archive/compressed_file.hpp"
#include "archive/folder.hpp"
#include "contrail/clock.hpp"
#include "contrail/record.hpp"

namespace contrail::archive {

/// When a file is complete.
struct FileLimits {
    std::uint64_t bytes_max =
        64 << 20;  ///< Compressed. A file may exceed it by what zstd holds back: some hundred KiB.
    /// Since its first record was written. Readers see records only in complete files, and the log keeps the others.
    Clock::Duration age_max{300'000};
};

/// Writes records into an archive's folder, file after file.
///
/// Errors   Every call throws Error. What was written since the last complete file is then gone from the folder, and
///          written_to() says from where the caller has to repeat it.
/// Threads  Not thread-safe. One process writes: it holds Folder::lock().
class ArchiveWriter {
public:
    /// `folder` and `clock` must outlive it.
    ArchiveWriter(const Folder& folder, FileLimits limits, Clock& clock)
        : folder_(folder),
          limits_(limits),
          clock_(clock) {}

    [[nodiscard]] const Folder& folder() const { return folder_; }

    /// The last record that is written, complete or not; of an empty archive the record after which it begins. Nothing:
    /// its consumer has not chosen its place yet.
    [[nodiscard]] std::optional<RecordId> written_to();

    /// The last record of a complete file: what a crash cannot take back. As written_to().
    [[nodiscard]] std::optional<RecordId> durable_to();

    /// Begins an archive that holds no record yet.
    void begin_after(RecordId place);

    /// Writes records that follow written_to(), without a gap.
    void append(std::span<const Record> records);

    /// Completes the file that is being written if it is full or old enough.
    void complete_if_due();

    /// Completes the file that is being written. False: there is none.
    bool complete();

    /// Goes back to `place`: if the file that is being written holds more, it is removed.
    void go_back_to(std::optional<RecordId> place) noexcept;

private:
    void look();

    const Folder& folder_;
    FileLimits limits_;
    Clock& clock_;

    bool looked_ = false;  ///< The folder is as `contents_` says.
    Contents contents_;
    std::unique_ptr<FileWriter> file_;  ///< Null: none is being written.
    Clock::Duration begun_at_{};
};

}  // namespace contrail::archive
