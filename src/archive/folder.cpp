#include "archive/folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

#include "archive/file_system.hpp"
#include "contrail/error.hpp"

namespace contrail::archive {

namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr std::size_t identity_bytes_max = 64 << 10;
constexpr auto identity_name = "archive.json";

std::string to_text(const Identity& identity) {
    const Json json{
        {"contrail_archive", 1},
        {"archive", identity.id},
        {"log", identity.log},
        {"outbox", {{"id", identity.outbox.id}, {"name", identity.outbox.name}}},
        {"begins_after", identity.begins_after ? Json(identity.begins_after->to_string()) : Json()}};
    return json.dump(2) + '\n';
}

[[noreturn]] void throw_bad_identity(const fs::path& path, const std::string& why) {
    throw Error(Retry::never,
                "Cannot read " + path.string() + ": " + why +
                    ". It says which log and outbox the archive is of. Restore it from a copy of the "
                    "archive.");
}

Identity identity_in(const std::string& text, const fs::path& path) {
    try {
        const Json json = Json::parse(text);
        if (const int format = json.at("contrail_archive").get<int>(); format != 1)
            throw_bad_identity(
                path, "its format is " + std::to_string(format) + ", and this program reads format 1");
        const Json& place = json.at("begins_after");
        const auto begins_after = place.is_null() ? std::nullopt : RecordId::parse(place.get<std::string>());
        if (!begins_after && !place.is_null()) throw_bad_identity(path, "\"begins_after\" is no record's id");
        return {.id = json.at("archive").get<std::string>(),
                .log = json.at("log").get<std::string>(),
                .outbox = {.id = json.at("outbox").at("id").get<std::string>(),
                           .name = json.at("outbox").at("name").get<std::string>()},
                .begins_after = begins_after};
    } catch (const Json::exception&) {
        throw_bad_identity(path, "it was cut short or changed");
    }
}

[[noreturn]] void throw_damaged(const fs::path& path, const std::string& why) {
    throw Error(Retry::never, "The archive's file " + path.string() + " is damaged: " + why +
                                  ". Restore it from a copy of the archive.");
}

std::string missing(const fs::path& folder, Offset first, Offset last) {
    return "The archive in " + folder.string() + " lacks offsets " + std::to_string(first.value) + " to " +
           std::to_string(last.value) + ": the file " + file_name(first) +
           " is missing. Restore it from a copy of the archive.";
}

std::vector<Offset> listed_names(const fs::path& folder) {
    std::vector<Offset> offsets;
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure))
        if (const auto offset = first_offset_in(entry->path().filename())) offsets.push_back(*offset);
    if (failure && failure != std::errc::no_such_file_or_directory)
        throw Error(Retry::call,
                    "Cannot list the folder " + folder.string() + ": " + failure.message() + '.');
    std::ranges::sort(offsets);
    return offsets;
}

/// Adds to `contents` each file that continues those before it, and calls `on_flaw` where one does not.
void walk(const fs::path& folder, Contents& contents, std::vector<File> files,
          const std::function<void(const std::string&)>& on_flaw) {
    for (File& file : files) {
        const RecordId end = contents.end();
        const Trailer& trailer = file.trailer;
        if (trailer.first.offset > end.offset.next()) {
            // What is wrong with a file of that name was told when it was opened.
            if (!fs::exists(folder / file_name(end.offset.next())))
                on_flaw(missing(folder, end.offset.next(), trailer.first.offset.previous()));
        } else if (trailer.first <= end || trailer.first.offset <= end.offset) {
            on_flaw(
                "The archive's file " + file.path.string() + " begins with record " +
                trailer.first.to_string() + ", and the files before it end with " + end.to_string() +
                ". Another archive's file was copied here, or two processes wrote without seeing each other's lock. "
                "Restore the folder from a copy of the archive.");
            continue;
        }
        contents.files.push_back(std::move(file));
    }
}

}  // namespace

RecordId Contents::end() const {
    return files.empty() ? identity.begins_after.value_or(RecordId{}) : files.back().trailer.last;
}

std::optional<Identity> Folder::identity() const {
    return identity_beside(names());
}

/// The names are listed before the identity is read. Another process may found the archive at this moment, or note
/// where it begins: it names a file only after that.
std::optional<Identity> Folder::identity_beside(const std::vector<Offset>& names) const {
    const fs::path path = path_ / identity_name;
    const base::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) {
        if (errno != ENOENT) throw system_failure("read", path);
        if (!names.empty())
            throw_bad_identity(path, "it is missing, and there are files of an archive beside it");
        return std::nullopt;
    }
    return identity_in(read_at(file, 0, identity_bytes_max, path), path);
}

Identity Folder::require_identity() const {
    return require_identity_beside(names());
}

Identity Folder::require_identity_beside(const std::vector<Offset>& names) const {
    if (auto identity = identity_beside(names)) return *identity;
    if (!fs::exists(path_))
        throw Error(Retry::never, "There is no folder " + path_.string() +
                                      ". Name the folder of an archive: `contrail archive --dir` makes one.");
    throw Error(Retry::never,
                "The folder " + path_.string() + " holds no archive. `contrail archive --dir` makes one.");
}

bool Folder::found(const Identity& identity) const {
    return publish(write(identity), path_ / identity_name);
}

void Folder::replace(const Identity& identity) const {
    const fs::path temporary = write(identity);
    const fs::path path = path_ / identity_name;
    if (::rename(temporary.c_str(), path.c_str()) != 0) throw system_failure("replace", path);
    sync_folder(path_);
}

fs::path Folder::write(const Identity& identity) const {
    const fs::path temporary = this->temporary();
    const base::FileDescriptor file = create(temporary);
    write_all(file, to_text(identity), temporary);
    sync(file, temporary);
    return temporary;
}

/// A listing may show a file that gets its name meanwhile, and lack the one before, which got its name meanwhile as
/// well (readdir(3)). So what counts is up to where the first of two listings came: the second one has all of that.
std::vector<Offset> Folder::names() const {
    const std::vector<Offset> seen = listed_names(path_);
    std::vector<Offset> names = listed_names(path_);
    names.erase(std::ranges::upper_bound(names, seen.empty() ? Offset{} : seen.back()), names.end());
    return names;
}

File Folder::file(Offset first, const Identity& identity) const {
    const fs::path path = path_ / file_name(first);
    const base::FileDescriptor opened = open_to_read(path);
    struct stat state {};
    if (::fstat(opened.get(), &state) != 0) throw system_failure("read", path);
    const auto size = static_cast<std::uint64_t>(state.st_size);
    const auto trailer = size < Trailer::bytes
                             ? std::nullopt
                             : read_frame(read_at(opened, size - Trailer::bytes, Trailer::bytes, path));
    if (!trailer) throw_damaged(path, "it does not end as it must, so it was cut short or overwritten");
    if (trailer->archive != identity.id)
        throw_damaged(path, "it belongs to another archive, " + trailer->archive);
    if (trailer->first.offset != first || trailer->last < trailer->first)
        throw_damaged(path, "it holds records from " + trailer->first.to_string() + " to " +
                                trailer->last.to_string() + ", which its name denies");
    return {path, *trailer};
}

Contents Folder::contents(std::vector<File> known) const {
    const auto names = this->names();
    Contents contents{require_identity_beside(names), {}};
    std::vector<File> found;
    auto next_known = known.begin();
    for (const Offset first : names) {
        while (next_known != known.end() && next_known->trailer.first.offset < first) ++next_known;
        const bool is_known = next_known != known.end() && next_known->trailer.first.offset == first;
        found.push_back(is_known ? std::move(*next_known) : file(first, contents.identity));
    }
    walk(path_, contents, std::move(found), [](const std::string& flaw) { throw Error(Retry::never, flaw); });
    return contents;
}

Contents Folder::check_contents(const std::function<void(const std::string&)>& on_flaw) const {
    const auto names = this->names();
    Contents contents{require_identity_beside(names), {}};
    std::vector<File> found;
    for (const Offset first : names) {
        try {
            found.push_back(file(first, contents.identity));
        } catch (const Error& error) {
            if (error.retry() != Retry::never)
                throw;  // It cannot be read, which says nothing about its content.
            on_flaw(error.what());
        }
    }
    walk(path_, contents, std::move(found), on_flaw);
    return contents;
}

std::optional<base::FileDescriptor> Folder::lock() const {
    create_folder(path_);
    const fs::path path = path_ / ".lock";
    base::FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (file.get() < 0) throw system_failure("open", path);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) throw system_failure("lock", path);
        return std::nullopt;
    }
    std::vector<fs::path> abandoned;
    for (const auto& entry : fs::directory_iterator(path_)) {
        const std::string name = entry.path().filename();
        if (name.starts_with('.') && name.ends_with(".tmp")) abandoned.push_back(entry.path());
    }
    for (const fs::path& left : abandoned) fs::remove(left);
    return file;
}

fs::path Folder::temporary() const {
    return path_ / ('.' + new_id() + ".tmp");
}

std::string new_id() {
    constexpr std::string_view digits = "0123456789abcdef";
    std::random_device random;
    std::string id;
    for (int word = 0; word < 4; ++word) {
        std::uint32_t bits = random();
        for (int digit = 0; digit < 8; ++digit, bits >>= 4U) id += digits[bits & 15U];
    }
    return id;
}

}  // namespace contrail::archive
