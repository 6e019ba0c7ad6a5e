#include "servers/server_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <functional>
#include <system_error>
#include <thread>
#include <utility>

#include "servers/server_log.hpp"
#include "servers/system_error.hpp"

namespace contrail::servers {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

// A server whose starter was killed goes by itself, in a fraction of this.
constexpr auto lock_patience = 3s;
// Repair after a crash comes before readiness, and grows with what was written since the last checkpoint.
constexpr auto ready_patience = 2min;
constexpr auto poll_pause = 10ms;

constexpr std::size_t socket_path_bytes_max = sizeof(sockaddr_un::sun_path) - 1;

std::filesystem::path with_parents(const std::filesystem::path& folder) {
    const std::filesystem::path absolute = std::filesystem::absolute(folder).lexically_normal();
    std::error_code error;
    std::filesystem::create_directories(absolute.parent_path(), error);
    if (error) throw system_error("Cannot make the folder " + absolute.parent_path().string(), error.value());
    return std::filesystem::weakly_canonical(absolute);
}

std::filesystem::path socket_directory_for(const std::filesystem::path& folder, std::string_view name) {
    if ((folder / name).native().size() <= socket_path_bytes_max) return folder;
    return "/tmp/contrail-" + std::to_string(std::hash<std::string>()(folder.native()));
}

}  // namespace

ServerFolder::ServerFolder(const std::filesystem::path& folder, std::string server,
                           std::string_view socket_name)
    : path_(with_parents(folder)),
      server_(std::move(server)),
      user_(unprivileged_user(path_)),
      socket_directory_(socket_directory_for(path_, socket_name)) {
    make_private(path_);
    if (socket_directory_ != path_) make_private(socket_directory_);
}

ServerFolder::~ServerFolder() {
    std::error_code it_stays_if_in_use;
    if (socket_directory_ != path_) std::filesystem::remove(socket_directory_, it_stays_if_in_use);
}

void ServerFolder::make_private(const std::filesystem::path& directory) const {
    const std::string attempted = "Cannot make the folder " + directory.string() + " of " + server_;
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) throw system_error(attempted);
    struct stat status {};
    // Not followed if it is a link: below /tmp, anybody could have put one there.
    if (::lstat(directory.c_str(), &status) != 0) throw system_error(attempted);
    const uid_t owner = user_ ? user_->uid : ::geteuid();
    if (!S_ISDIR(status.st_mode) || (status.st_uid != owner && status.st_uid != ::geteuid()))
        throw Error(Retry::never, attempted +
                                      ": there is something that belongs to another user. "
                                      "Run this program as that user, or choose another folder.");
    if (user_ && ::chown(directory.c_str(), user_->uid, user_->gid) != 0) throw system_error(attempted);
    if (::chmod(directory.c_str(), 0700) != 0) throw system_error(attempted);
}

FileDescriptor ServerFolder::lock() const {
    const std::filesystem::path file = path_ / "lock";
    FileDescriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (lock.get() < 0) throw system_error("Cannot open " + file.string());
    const SteadyClock::time_point deadline = SteadyClock::now() + lock_patience;
    while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) throw system_error("Cannot lock " + file.string());
        if (SteadyClock::now() > deadline)
            throw Error(Retry::never, "Cannot start " + server_ + " in " + path_.string() +
                                          ": another one runs there. End the program that started it, or "
                                          "choose another folder.");
        std::this_thread::sleep_for(poll_pause);
    }
    return lock;
}

void ServerFolder::wait_until_free() const {
    const FileDescriptor let_go_at_once = lock();
}

void ServerFolder::complete(Command& command, int output) const {
    command.directory = path_;  // its own may be closed to the server's user
    command.standard_output = command.standard_error = output;
    command.user = user_;
}

void ServerFolder::run(Command command) const {
    const ServerLog log(path_ / "log");
    complete(command, log.descriptor());
    const ExitStatus status = servers::run(command);
    if (!status.success())
        throw Error(Retry::never, command.arguments.front() + ' ' + status.to_string() + ". " + log.ending());
}

ChildProcess ServerFolder::start(Command command, FileDescriptor lock,
                                 const std::function<bool()>& is_ready) const {
    const ServerLog log(path_ / "log");
    complete(command, log.descriptor());
    command.inherited = lock.get();
    ChildProcess process(command);
    const auto fail = [&](const std::string& how) {
        throw Error(Retry::never, server_ + " in " + path_.string() + ' ' + how + ". " + log.ending());
    };
    const SteadyClock::time_point deadline = SteadyClock::now() + ready_patience;
    while (!is_ready()) {
        if (const auto status = process.wait_for(poll_pause)) fail(status->to_string());
        if (SteadyClock::now() > deadline) fail("was not ready after two minutes");
    }
    return process;
}

}  // namespace contrail::servers
