#include "servers/server_folder.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "contrail/error.hpp"
#include "servers/temporary_directory.hpp"

namespace contrail::servers {
namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::HasSubstr;

Command script(const std::string& text) {
    Command command;
    command.arguments = {"sh", "-c", text};
    return command;
}

/// A folder of a server, before ServerFolder sees it, and a file that must stay as it is.
class ServerFolderTest : public testing::Test {
protected:
    ServerFolderTest() {
        fs::create_directory(folder);
        std::ofstream(victim) << "untouched";
    }

    /// What ServerFolder, then its lock and its log, make of the folder.
    std::string use() const {
        try {
            const ServerFolder server(folder, "The server", "socket");
            server.wait_until_free();
            server.run(script("echo output"));
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    }

    std::string content_of_victim() const {
        std::ifstream stream(victim);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    TemporaryDirectory directory;
    fs::path folder = directory.path() / "server";
    fs::path victim = directory.path() / "victim";
};

TEST_F(ServerFolderTest, KeepsLockAndLogOutOfTheServersHome) {
    EXPECT_EQ(use(), "no error");
    struct stat home {
    }, log{}, lock{};
    ASSERT_EQ(::stat((folder / "home").c_str(), &home), 0);
    ASSERT_EQ(::stat((folder / "log").c_str(), &log), 0);
    ASSERT_EQ(::stat((folder / "lock").c_str(), &lock), 0);
    EXPECT_EQ(log.st_uid, ::geteuid());
    EXPECT_EQ(lock.st_uid, ::geteuid());
    EXPECT_EQ(home.st_uid, ::geteuid() == 0 ? unprivileged_user()->uid : ::geteuid());
}

TEST_F(ServerFolderTest, FollowsNoLinkToALog) {
    fs::create_symlink(victim, folder / "log");
    EXPECT_THAT(use(), AllOf(HasSubstr((folder / "log").string()), HasSubstr("it is a link")));
    EXPECT_EQ(content_of_victim(), "untouched");
}

TEST_F(ServerFolderTest, FollowsNoLinkToALock) {
    fs::create_symlink(directory.path() / "new", folder / "lock");
    EXPECT_THAT(use(), AllOf(HasSubstr((folder / "lock").string()), HasSubstr("it is a link")));
    EXPECT_FALSE(fs::exists(directory.path() / "new"));
}

TEST_F(ServerFolderTest, FollowsNoLinkToAHome) {
    fs::create_directory(directory.path() / "foreign");
    fs::permissions(directory.path() / "foreign", fs::perms::all);
    fs::create_directory_symlink(directory.path() / "foreign", folder / "home");
    EXPECT_THAT(use(), AllOf(HasSubstr((folder / "home").string()), HasSubstr("it is a link")));
    EXPECT_EQ(fs::status(directory.path() / "foreign").permissions(), fs::perms::all);
}

TEST_F(ServerFolderTest, FollowsNoLinkInItsOwnPlace) {
    fs::rename(folder, directory.path() / "moved");
    fs::create_directory_symlink(directory.path() / "moved", folder);
    EXPECT_THAT(use(), AllOf(HasSubstr(folder.string()), HasSubstr("it is a link")));
}

TEST_F(ServerFolderTest, RefusesAFolderOfTheServersUser) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    ASSERT_EQ(::chown(folder.c_str(), unprivileged_user()->uid, unprivileged_user()->gid), 0);
    EXPECT_THAT(use(), AllOf(HasSubstr(folder.string()), HasSubstr("it belongs to another user")));
}

TEST_F(ServerFolderTest, RefusesAFolderThatTheServersUserMayNotEnter) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    fs::permissions(directory.path(), fs::perms::owner_all);
    EXPECT_THAT(use(), AllOf(HasSubstr(unprivileged_user()->name),
                             HasSubstr("may not enter " + directory.path().string() + ".")));
}

TEST_F(ServerFolderTest, LetsTheServersUserPassThroughFoldersThatItCreates) {
    const fs::path parent = directory.path() / "new";
    folder = parent / "deeper" / "server";
    const mode_t before = ::umask(077);
    EXPECT_EQ(use(), "no error");
    ::umask(before);
    struct stat status {};
    ASSERT_EQ(::stat(parent.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, ::geteuid() == 0 ? 0710U : 0700U);
}

}  // namespace
}  // namespace contrail::servers
