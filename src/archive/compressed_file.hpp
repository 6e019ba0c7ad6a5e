#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "archive/folder.hpp"
#include "archive/record_line.hpp"
#include "archive/sha256.hpp"
#include "archive/trailer.hpp"
#include "base/file_descriptor.hpp"
#include "contrail/record.hpp"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace contrail::archive {

/// A file of an archive that is being written, under a name that no reader takes for the archive's. Destroyed before
/// publish(): it is removed.
///
/// Errors  Throws Error (Retry::call) where the disk is full or fails; the object is then of no more use.
class FileWriter {
public:
    FileWriter(const Folder& folder, std::string archive);
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;
    ~FileWriter();

    /// Throws Error (Retry::never) if the record's line does not read back as the record: another program wrote it to
    /// the log.
    void append(const Record& record);

    /// Written so far, compressed.
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    [[nodiscard]] RecordId last() const { return trailer_.last; }

    /// Completes the file and gives it its name, durably. Nothing: there is a file of that name, by another process.
    [[nodiscard]] std::optional<File> publish();

private:
    struct Release {
        void operator()(ZSTD_CCtx_s* context) const;
    };

    void compress(bool is_end);

    const Folder& folder_;
    std::filesystem::path temporary_;
    base::FileDescriptor file_;
    std::unique_ptr<ZSTD_CCtx_s, Release> context_;
    Trailer trailer_;
    Sha256 sha256_;
    RecordLines lines_;
    Record read_back_;
    std::string pending_;  ///< Lines that are not compressed yet.
    std::string output_;
    std::uint64_t bytes_ = 0;
};

/// Reads the records of a complete file, in order. The constructor checks the file's checksum first: no record of a
/// damaged file is ever used. Memory: some megabytes, whatever the file's size.
///
/// Errors  Throws Error: Retry::never if the file is damaged, Retry::call if it cannot be read.
class FileReader {
public:
    explicit FileReader(File file);
    FileReader(const FileReader&) = delete;
    FileReader& operator=(const FileReader&) = delete;
    ~FileReader();

    /// Replaces `record` with the next one. False after the last.
    [[nodiscard]] bool next(Record& record);

private:
    struct Release {
        void operator()(ZSTD_DCtx_s* context) const;
    };

    void check_sum();
    [[nodiscard]] bool next_line(std::string_view& line);
    [[nodiscard]] bool decompress();
    [[noreturn]] void throw_damaged(const std::string& why) const;

    File file_;
    base::FileDescriptor opened_;
    std::uint64_t compressed_bytes_ = 0;  ///< The file without its trailer.
    std::unique_ptr<ZSTD_DCtx_s, Release> context_;
    std::string input_;
    std::size_t input_used_ = 0;
    std::uint64_t read_ = 0;  ///< Of the compressed bytes.
    std::string lines_;       ///< Decompressed, from `line_` on not returned yet.
    std::size_t line_ = 0;
    std::uint64_t content_bytes_ = 0;
    RecordId last_;
    bool at_end_ = false;
};

}  // namespace contrail::archive
