// What happens to the files of an archive outside of Contrail: each fault is found, and named.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <future>

#include "archive/archive_writer.hpp"
#include "archive/verify.hpp"
#include "contrail/error.hpp"
#include "servers/temporary_directory.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail::archive {

namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Record record(std::uint64_t offset) {
    return {.id = {1'700'000'000'000 + offset, Offset{offset}},
            .action = "create",
            .object = "ride",
            .data = "{\"id\": " + std::to_string(offset) + "}"};
}

std::vector<Record> records(std::uint64_t first, std::uint64_t last) {
    std::vector<Record> records;
    for (std::uint64_t offset = first; offset <= last; ++offset) records.push_back(record(offset));
    return records;
}

class ArchiveFiles : public ::testing::Test {
protected:
    ArchiveFiles() {
        EXPECT_TRUE(folder.found({.id = new_id(), .log = "rides", .outbox = {"outbox", "database"}}));
        writer.begin_after({});
        for (const std::uint64_t first : {1U, 11U, 21U}) {
            writer.append(records(first, first + 9));
            writer.complete();
        }
    }

    [[nodiscard]] fs::path file(std::uint64_t first) const {
        return folder.path() / file_name(Offset{first});
    }

    [[nodiscard]] std::vector<std::string> flaws() const {
        std::vector<std::string> flaws;
        verify(folder, [&](const std::string& flaw) { flaws.push_back(flaw); });
        return flaws;
    }

    /// Why a writer or a reader cannot use the archive. Empty: it can.
    [[nodiscard]] std::string refusal() const {
        Record record;
        try {
            for (const File& each : folder.contents().files) {
                FileReader reader(each);
                while (reader.next(record)) {
                }
            }
            return "";
        } catch (const Error& error) {
            EXPECT_EQ(error.retry(), Retry::never) << error.what();
            return error.what();
        }
    }

    servers::TemporaryDirectory directory;
    Folder folder{directory.path()};
    testing::VirtualClock clock;
    ArchiveWriter writer{folder, {}, clock};
};

TEST_F(ArchiveFiles, HoldEveryRecordInOrder) {
    const Verified verified = verify(folder, [](const std::string& flaw) { ADD_FAILURE() << flaw; });
    EXPECT_EQ(verified.files, 3U);
    EXPECT_EQ(verified.records, 30U);
    EXPECT_EQ(verified.first, record(1).id);
    EXPECT_EQ(verified.last, record(30).id);
    EXPECT_EQ(verified.flaws, 0U);
    EXPECT_EQ(writer.durable_to(), record(30).id);
}

TEST_F(ArchiveFiles, AreReadByZstdcat) {
    const std::string command =
        "zstdcat '" + file(11).string() + "' >'" + (folder.path() / "text").string() + "'";
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::ifstream text(folder.path() / "text");
    std::string line;
    Record back;
    for (std::uint64_t offset = 11; std::getline(text, line); ++offset) {
        ASSERT_TRUE(read_record_line(line, back)) << line;
        EXPECT_EQ(back, record(offset));
    }
    EXPECT_EQ(back, record(20));
}

TEST_F(ArchiveFiles, TellOfEveryByteThatIsFlipped) {
    const auto size = fs::file_size(file(11));
    for (std::uint64_t at = 0; at < size; ++at) {
        std::fstream bytes(file(11), std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekg(static_cast<std::streamoff>(at));
        const char original = static_cast<char>(bytes.get());
        const auto put = [&](char byte) {
            bytes.seekp(static_cast<std::streamoff>(at));
            bytes.put(byte).flush();
        };
        put(static_cast<char>(original ^ 0x10));
        EXPECT_THAT(refusal(), HasSubstr(file(11).string() + " is damaged")) << at;
        EXPECT_FALSE(flaws().empty()) << at;
        put(original);
    }
    EXPECT_EQ(refusal(), "");
}

TEST_F(ArchiveFiles, TellThatTheyWereCutShortAnywhere) {
    const auto size = fs::file_size(file(21));
    const fs::path whole = folder.path() / "whole";
    fs::copy_file(file(21), whole);
    for (std::uint64_t length = 0; length < size; ++length) {
        fs::copy_file(whole, file(21), fs::copy_options::overwrite_existing);
        fs::resize_file(file(21), length);
        EXPECT_THAT(refusal(), HasSubstr(file(21).string() + " is damaged")) << length;
    }
}

TEST_F(ArchiveFiles, TellThatOneBeforeOrBetweenThemIsMissing) {
    fs::rename(file(11), folder.path() / "elsewhere");
    EXPECT_THAT(refusal(), HasSubstr("lacks offsets 11 to 20"));
    EXPECT_THAT(flaws(), ElementsAre(HasSubstr(file_name(Offset{11}) + " is missing")));
    fs::rename(folder.path() / "elsewhere", file(11));
    fs::remove(file(1));
    EXPECT_THAT(refusal(), HasSubstr("lacks offsets 1 to 10"));
    EXPECT_THAT(flaws(), ElementsAre(HasSubstr("lacks offsets 1 to 10")));
}

TEST_F(ArchiveFiles, DoNotCallADamagedOneMissing) {
    fs::resize_file(file(11), 100);
    EXPECT_THAT(flaws(), ElementsAre(HasSubstr(file_name(Offset{11}) + " is damaged")));
}

TEST_F(ArchiveFiles, TellOfOneThatBelongsToAnotherArchive) {
    const servers::TemporaryDirectory other_directory;
    const Folder other(other_directory.path());
    ASSERT_TRUE(other.found({.id = new_id(), .log = "rides", .outbox = {"outbox", "database"}}));
    ArchiveWriter other_writer(other, {}, clock);
    other_writer.begin_after(record(10).id);
    other_writer.append(records(11, 20));
    other_writer.complete();
    fs::copy_file(other.path() / file_name(Offset{11}), file(11), fs::copy_options::overwrite_existing);
    EXPECT_THAT(refusal(), HasSubstr("belongs to another archive"));
}

TEST_F(ArchiveFiles, TellOfOneThatWasRenamedOrRepeats) {
    fs::copy_file(file(11), file(12));
    EXPECT_THAT(refusal(), HasSubstr("which its name denies"));
    fs::remove(file(12));
    fs::rename(file(21), file(22));
    EXPECT_THAT(flaws(), ElementsAre(HasSubstr("which its name denies")));
}

TEST_F(ArchiveFiles, AreNoArchiveWithoutTheirIdentity) {
    fs::rename(folder.path() / "archive.json", folder.path() / "elsewhere");
    EXPECT_THROW(static_cast<void>(folder.identity()), Error);
    std::ofstream(folder.path() / "archive.json") << "{}";
    EXPECT_THROW(static_cast<void>(folder.identity()), Error);
}

// Another process notes where the archive begins, and completes a first file, while this one reads the identity. A
// lease holds this one up where it opens that file (fcntl(2)).
TEST_F(ArchiveFiles, AreThoseOfBeforeTheIdentityWasRead) {
    const Folder ours(directory.path() / "ours");
    const Folder theirs(directory.path() / "theirs");
    fs::create_directory(ours.path());
    fs::create_directory(theirs.path());
    ASSERT_TRUE(ours.found({.id = new_id(), .log = "rides", .outbox = {"outbox", "database"}}));
    fs::copy_file(ours.path() / "archive.json", theirs.path() / "archive.json");
    ArchiveWriter their_writer(theirs, {}, clock);
    their_writer.begin_after(record(10).id);
    their_writer.append(records(11, 20));
    their_writer.complete();

    sigset_t lease_is_broken;
    sigset_t mask_before;
    sigemptyset(&lease_is_broken);
    sigaddset(&lease_is_broken, SIGIO);
    ::pthread_sigmask(SIG_BLOCK, &lease_is_broken, &mask_before);
    base::FileDescriptor lease(::open((ours.path() / "archive.json").c_str(), O_RDWR | O_CLOEXEC));
    ASSERT_EQ(::fcntl(lease.get(), F_SETLEASE, F_WRLCK), 0);
    auto read = std::async(std::launch::async, [&] { return ours.contents(); });
    int signal = 0;
    ASSERT_EQ(::sigwait(&lease_is_broken, &signal), 0);
    for (const std::string& name : {std::string("archive.json"), file_name(Offset{11})})
        fs::rename(theirs.path() / name, ours.path() / name);
    lease = {};
    EXPECT_THAT(read.get().files, IsEmpty());
    ::pthread_sigmask(SIG_SETMASK, &mask_before, nullptr);

    EXPECT_EQ(ours.contents().end(), record(20).id);
}

TEST_F(ArchiveFiles, OfFilesThatAreNotTheArchivesTheFolderTakesNoNotice) {
    std::ofstream(folder.path() / "00000000000000000031.jsonl.zst.partial") << "rsync";
    std::ofstream(folder.path() / ".00000000000000000031.jsonl.zst.Ab12") << "rsync";
    std::ofstream(folder.path() / "README") << "mine";
    EXPECT_EQ(refusal(), "");
    ASSERT_TRUE(folder.lock());
    EXPECT_TRUE(fs::exists(folder.path() / "README"));
}

TEST_F(ArchiveFiles, AreCompletedWhenTheyAreFull) {
    ArchiveWriter small(folder, {.bytes_max = 1}, clock);
    // zstd holds back what fits into its blocks, so many records pass before the first byte is written.
    for (std::uint64_t offset = 31; small.durable_to() == record(30).id; ++offset)
        small.append(records(offset, offset));
    EXPECT_EQ(refusal(), "");
}

TEST_F(ArchiveFiles, AreCompletedWhenTheyAreOld) {
    ArchiveWriter ageing(folder, {.age_max = Clock::Duration(1'000)}, clock);
    ageing.append(records(31, 33));
    clock.advance(Clock::Duration(999));
    ageing.complete_if_due();
    EXPECT_EQ(ageing.durable_to(), record(30).id);
    clock.advance(Clock::Duration(1));
    ageing.complete_if_due();
    EXPECT_EQ(ageing.durable_to(), record(33).id);
}

TEST_F(ArchiveFiles, GoToTheFasterOfTwoWritersWithoutALock) {
    ArchiveWriter other(folder, {}, clock);
    other.append(records(31, 35));
    writer.append(records(31, 33));
    writer.complete();
    EXPECT_THROW(other.complete(), Error);
    EXPECT_EQ(other.written_to(), record(33).id) << "it goes on after what the other has written";
    other.append(records(34, 36));
    other.complete();
    EXPECT_EQ(refusal(), "");
    EXPECT_EQ(other.durable_to(), record(36).id);
}

TEST_F(ArchiveFiles, HaveOneWriterWhoRemovesWhatTheLastOneLeft) {
    std::ofstream(folder.path() / ".dead.tmp") << "half a file";
    const auto lock = folder.lock();
    ASSERT_TRUE(lock);
    EXPECT_FALSE(fs::exists(folder.path() / ".dead.tmp"));
    EXPECT_FALSE(folder.lock());
}

TEST_F(ArchiveFiles, RefuseARecordThatTheyCouldNotGiveBack) {
    for (const std::string data : {"no json", "\"\xFF\"", "{\"a\":\n1}"}) {
        Record foreign = record(31);
        foreign.data = data;
        try {
            writer.append(std::span(&foreign, 1));
            ADD_FAILURE() << data;
        } catch (const Error& error) {
            EXPECT_EQ(error.retry(), Retry::never);
            EXPECT_THAT(error.what(), HasSubstr("Cannot archive record " + foreign.id.to_string()));
        }
        writer.go_back_to(record(30).id);
    }
}

/// Lets this process write files of at most so many bytes: a disk that is full.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) {
        getrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

private:
    rlimit before_{};
};

TEST_F(ArchiveFiles, LeaveNothingBehindWhenTheDiskIsFull) {
    writer.append(records(31, 40));
    {
        const FullDisk full(100);
        try {
            writer.complete();
            ADD_FAILURE() << "it wrote to a full disk";
        } catch (const Error& error) {
            EXPECT_EQ(error.retry(), Retry::call) << "it waits for room";
            EXPECT_THAT(error.what(), HasSubstr("File too large"));
        }
    }
    EXPECT_EQ(writer.written_to(), record(30).id);
    for (const auto& entry : fs::directory_iterator(folder.path()))
        EXPECT_THAT(entry.path().extension(), ::testing::Ne(".tmp"));
    writer.append(records(31, 40));
    writer.complete();
    EXPECT_EQ(refusal(), "");
    EXPECT_THAT(flaws(), IsEmpty());
}

}  // namespace

}  // namespace contrail::archive
