#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "archive/trailer.hpp"
#include "base/file_descriptor.hpp"
#include "contrail/outbox_identity.hpp"
#include "contrail/record.hpp"

namespace contrail::archive {

/// What an archive is of: `archive.json` in its folder. It refuses strangers.
struct Identity {
    std::string id;         ///< Of this archive. Its files carry it. 32 random hexadecimal digits.
    std::string log;        ///< The log's name.
    OutboxIdentity outbox;  ///< That feeds the log.
    /// The archive holds what follows this record; 0-0: everything. Nothing: it holds no record, and its consumer has
    /// not chosen its place yet.
    std::optional<RecordId> begins_after{};

    bool operator==(const Identity&) const = default;
};

/// A file whose records are there for good.
struct File {
    std::filesystem::path path;
    Trailer trailer;
};

/// What an archive holds, at one moment.
struct Contents {
    Identity identity;
    std::vector<File> files;  ///< In order.

    /// The last record; without any, the record after which the archive begins.
    [[nodiscard]] RecordId end() const;
};

/// The folder of an archive:
///
///     archive.json                      Identity
///     00000000000000000001.jsonl.zst    records from offset 1 on
///     00000000000000500001.jsonl.zst    records from offset 500,001 on: the next after the last of the file before
///     .lock                             held by the process that writes
///     .SOMETHING.tmp                    a file that is not complete, or was left by a process that died
///
/// A file without a dot in front is complete and never changes. The archive leaves files of other names alone.
///
/// Errors   Every call throws Error: Retry::call where the file system fails, Retry::never where the content is not an
///          archive's.
/// Threads  Not thread-safe. Any number of processes may read one folder while another one writes.
class Folder {
public:
    explicit Folder(std::filesystem::path path) : path_(std::move(path)) {}

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    /// Nothing if the folder holds no archive yet.
    [[nodiscard]] std::optional<Identity> identity() const;

    /// The same for a folder that must hold one.
    [[nodiscard]] Identity require_identity() const;

    /// Makes the folder an archive. False: it is one already.
    [[nodiscard]] bool found(const Identity& identity) const;

    /// Puts another identity in place of the one that is there.
    void replace(const Identity& identity) const;

    /// Of a folder that must hold an archive: its identity and its files, without a gap between them, from
    /// `identity.begins_after` on. Reads the last bytes of each file, but not of those in `known`: they never change.
    /// Throws Error (Retry::never) at the first file that is cut short, not of this archive, missing or twice there.
    [[nodiscard]] Contents contents(std::vector<File> known = {}) const;

    /// Calls `on_flaw` for what contents() throws, and goes on. Returns the files whose trailers are sound.
    Contents check_contents(const std::function<void(const std::string&)>& on_flaw) const;

    /// Makes this process the only one that writes, for as long as the result lives. Creates the folder, and removes
    /// what a process that died has left in it. Nothing: another process writes.
    [[nodiscard]] std::optional<base::FileDescriptor> lock() const;

    /// The name for a file that is not complete.
    [[nodiscard]] std::filesystem::path temporary() const;

private:
    [[nodiscard]] std::filesystem::path write(const Identity& identity) const;
    [[nodiscard]] std::vector<Offset> names() const;
    [[nodiscard]] std::optional<Identity> identity_beside(const std::vector<Offset>& names) const;
    [[nodiscard]] Identity require_identity_beside(const std::vector<Offset>& names) const;
    [[nodiscard]] File file(Offset first, const Identity& identity) const;

    std::filesystem::path path_;
};

/// Random: two archives never share one.
std::string new_id();

}  // namespace contrail::archive
