#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "archive/compressed_file.hpp"
#include "archive/folder.hpp"
#include "contrail/chunk_limits.hpp"
#include "contrail/record.hpp"

namespace contrail::archive {

/// Reads an archive from any place on. Another process may write to the folder meanwhile.
///
/// Errors   Calls throw Error: Retry::never where the archive is damaged, before a record of the damaged file is read;
///          Retry::call where the file system fails.
/// Threads  Not thread-safe.
class ArchiveReader {
public:
    /// Throws Error (Retry::never) if the folder holds no archive.
    explicit ArchiveReader(Folder folder);

    [[nodiscard]] const Identity& identity() const { return contents_.identity; }
    [[nodiscard]] const Folder& folder() const { return folder_; }

    /// Looks for files that were completed since.
    void refresh();

    /// Of what the last look has found. Nothing: no record.
    [[nodiscard]] std::optional<RecordId> first() const;
    [[nodiscard]] std::optional<RecordId> last() const;
    [[nodiscard]] std::uint64_t bytes() const;  ///< Of the lines, uncompressed.

    /// Replaces the content of `records` with those after `after` (not included), within `limits`, and with nothing
    /// after the last. To go on where the last call ended costs no more than the records; elsewhere, a file is read
    /// from its beginning.
    void read(RecordId after, const ChunkLimits& limits, std::vector<Record>& records);

    /// The id of the last record that was sealed before `unix_ms`; 0-0 if that would be before offset 1. Nothing: the
    /// archive begins later, or ends earlier.
    [[nodiscard]] std::optional<RecordId> last_before(std::uint64_t unix_ms);

private:
    void seek(RecordId after);
    [[nodiscard]] bool next();

    Folder folder_;
    Contents contents_;

    std::unique_ptr<FileReader> reader_;  ///< Null: it has to seek.
    std::size_t next_file_ = 0;           ///< Which one follows that of reader_.
    RecordId read_to_;                    ///< The last record returned.
    Record ahead_;                        ///< Read, and not returned yet.
    bool has_ahead_ = false;
};

}  // namespace contrail::archive
