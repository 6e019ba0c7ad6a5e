#include "archive/compressed_file.hpp"

#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

#include "archive/file_system.hpp"
#include "contrail/error.hpp"
#include "core/require.hpp"

namespace contrail::archive {

namespace {

/// Bytes that are compressed, hashed or read at once.
constexpr std::size_t piece = 256 << 10;

/// zstd's own default: a fourth of the size, at some hundred megabytes a second.
constexpr int level = 3;

[[noreturn]] void throw_unreadable(const Record& record) {
    throw Error(Retry::never,
                "Cannot archive record " + record.id.to_string() +
                    ": a text of it is not valid JSON or UTF-8, as the outbox writes them, and the "
                    "archive could not give it back unchanged. Another program wrote it to the log.");
}

}  // namespace

void FileWriter::Release::operator()(ZSTD_CCtx_s* context) const {
    ZSTD_freeCCtx(context);
}

FileWriter::FileWriter(const Folder& folder, std::string archive)
    : folder_(folder),
      temporary_(folder.temporary()),
      file_(create(temporary_)),
      context_(ZSTD_createCCtx()),
      output_(ZSTD_CStreamOutSize(), '\0') {
    require(context_ != nullptr, "zstd has memory");
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag,
                           1);  // for other programs, which know no trailer
    trailer_.archive = std::move(archive);
}

FileWriter::~FileWriter() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void FileWriter::append(const Record& record) {
    const std::size_t begin = pending_.size();
    lines_.append(pending_, record);
    const std::string_view line = std::string_view(pending_).substr(begin, pending_.size() - begin - 1);
    if (!read_record_line(line, read_back_) || read_back_ != record) throw_unreadable(record);
    if (trailer_.last == RecordId{}) trailer_.first = record.id;
    trailer_.last = record.id;
    if (pending_.size() >= piece) compress(/*is_end=*/false);
}

void FileWriter::compress(bool is_end) {
    trailer_.content_bytes += pending_.size();
    ZSTD_inBuffer input{pending_.data(), pending_.size(), 0};
    for (bool done = false; !done;) {
        ZSTD_outBuffer output{output_.data(), output_.size(), 0};
        const std::size_t left =
            ZSTD_compressStream2(context_.get(), &output, &input, is_end ? ZSTD_e_end : ZSTD_e_continue);
        require(ZSTD_isError(left) == 0, "zstd compresses any bytes", ZSTD_getErrorName(left));
        const std::string_view written(output_.data(), output.pos);
        write_all(file_, written, temporary_);
        sha256_.add(written);
        bytes_ += written.size();
        done = is_end ? left == 0 : input.pos == input.size;
    }
    pending_.clear();
}

std::optional<File> FileWriter::publish() {
    compress(/*is_end=*/true);
    trailer_.sha256 = sha256_.digest();
    write_all(file_, to_frame(trailer_), temporary_);
    sync(file_, temporary_);
    File file{folder_.path() / file_name(trailer_.first.offset), trailer_};
    if (!archive::publish(temporary_, file.path)) return std::nullopt;
    temporary_.clear();
    return file;
}

void FileReader::Release::operator()(ZSTD_DCtx_s* context) const {
    ZSTD_freeDCtx(context);
}

FileReader::FileReader(File file)
    : file_(std::move(file)),
      opened_(open_to_read(file_.path)),
      context_(ZSTD_createDCtx()) {
    require(context_ != nullptr, "zstd has memory");
    check_sum();
}

FileReader::~FileReader() = default;

void FileReader::check_sum() {
    struct stat state {};
    if (::fstat(opened_.get(), &state) != 0) throw system_failure("read", file_.path);
    const auto size = static_cast<std::uint64_t>(state.st_size);
    if (size < Trailer::bytes) throw_damaged("it was cut short");
    compressed_bytes_ = size - Trailer::bytes;
    if (read_frame(read_at(opened_, compressed_bytes_, Trailer::bytes, file_.path)) != file_.trailer)
        throw_damaged("its end was overwritten");
    Sha256 sha256;
    for (std::uint64_t at = 0; at < compressed_bytes_;) {
        const std::uint64_t wanted = std::min<std::uint64_t>(piece, compressed_bytes_ - at);
        const std::string bytes = read_at(opened_, at, wanted, file_.path);
        if (bytes.empty()) throw_damaged("it was cut short");
        sha256.add(bytes);
        at += bytes.size();
    }
    if (sha256.digest() != file_.trailer.sha256) throw_damaged("its checksum (SHA-256) is wrong");
}

bool FileReader::next(Record& record) {
    std::string_view line;
    if (!next_line(line)) {
        if (last_ != file_.trailer.last || content_bytes_ != file_.trailer.content_bytes)
            throw_damaged("its last record is " + last_.to_string() + ", and must be " +
                          file_.trailer.last.to_string());
        return false;
    }
    if (!read_record_line(line, record))
        throw_damaged("a line after record " + last_.to_string() + " is no record");
    const bool is_first = last_ == RecordId{};
    if (is_first ? record.id != file_.trailer.first
                 : record.id.offset != last_.offset.next() || record.id.sealed_ms < last_.sealed_ms)
        throw_damaged("record " + record.id.to_string() + " follows record " + last_.to_string());
    last_ = record.id;
    return true;
}

/// Valid until the next call. Without its line feed.
bool FileReader::next_line(std::string_view& line) {
    std::size_t end = lines_.find('\n', line_);
    while (end == std::string::npos) {
        const std::size_t begun = lines_.size() - line_;
        lines_.erase(0, line_);
        line_ = 0;
        if (!decompress()) {
            if (!lines_.empty()) throw_damaged("its last line has no end");
            return false;
        }
        end = lines_.find('\n', begun);
    }
    line = std::string_view(lines_).substr(line_, end - line_);
    line_ = end + 1;
    return true;
}

/// Appends some bytes to lines_. False at the end of the file.
bool FileReader::decompress() {
    const std::size_t before = lines_.size();
    while (lines_.size() == before) {
        if (input_used_ == input_.size() && read_ < compressed_bytes_) {
            input_ = read_at(opened_, read_, std::min<std::uint64_t>(piece, compressed_bytes_ - read_),
                             file_.path);
            if (input_.empty()) throw_damaged("it was cut short while it was read");
            read_ += input_.size();
            input_used_ = 0;
        }
        const bool input_is_used = input_used_ == input_.size();
        if (input_is_used && at_end_) return false;
        lines_.resize(before + piece);
        ZSTD_inBuffer input{input_.data(), input_.size(), input_used_};
        ZSTD_outBuffer output{lines_.data() + before, piece, 0};
        const std::size_t left = ZSTD_decompressStream(context_.get(), &output, &input);
        lines_.resize(before + output.pos);
        if (ZSTD_isError(left) != 0) throw_damaged(std::string("zstd says: ") + ZSTD_getErrorName(left));
        at_end_ = left == 0;
        if (input_is_used && !at_end_ && output.pos == 0)
            throw_damaged("its compressed content was cut short");
        input_used_ = input.pos;
        content_bytes_ += output.pos;
    }
    return true;
}

void FileReader::throw_damaged(const std::string& why) const {
    throw Error(Retry::never, "The archive's file " + file_.path.string() + " is damaged: " + why +
                                  ". Restore it from a copy of the archive.");
}

}  // namespace contrail::archive
