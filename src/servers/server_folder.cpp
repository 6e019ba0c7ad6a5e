#include "servers/server_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
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

// If its starter was killed, a server ends by itself in a fraction of this time.
constexpr auto lock_patience = 3s;
// After a crash a server repairs its data first. That takes longer the more it wrote since its last
// checkpoint.
constexpr auto ready_patience = 2min;
constexpr auto poll_pause = 10ms;

constexpr std::size_t socket_path_bytes_max = sizeof(sockaddr_un::sun_path) - 1;

/// The absolute path of a folder, with links resolved above it, but not at its own name.
std::filesystem::path resolve(const std::filesystem::path& folder, std::optional<gid_t> group) {
    std::filesystem::path absolute = std::filesystem::absolute(folder).lexically_normal();
    if (!absolute.has_filename()) absolute = absolute.parent_path();
    create_folders(absolute.parent_path(), group);
    return std::filesystem::canonical(absolute.parent_path()) / absolute.filename();
}

void require_owner(const Folder& folder, const std::string& server, std::optional<UnprivilegedUser> other) {
    const uid_t owner = folder.owner();
    if (owner == ::geteuid() || (other && owner == other->uid)) return;
    throw Error(Retry::never,
                "Cannot use the folder " + folder.path().string() + " for " + server +
                    ", because it belongs to another user. Run this program as that user, or choose "
                    "another folder.");
}

void require_open_way(const UnprivilegedUser& user, const std::filesystem::path& folder,
                      const std::string& server) {
    if (const auto closed = closed_folder(user, folder))
        throw Error(Retry::never,
                    "Cannot run " + server + " in " + folder.string() + ", because the user " + user.name +
                        ", who runs it, may not enter " + closed->string() +
                        ". Choose a folder that this user may enter, or run this program as another "
                        "user than root.");
}

}  // namespace

ServerFolder::ServerFolder(const std::filesystem::path& folder, std::string server,
                           std::string_view socket_name)
    : server_(std::move(server)),
      user_(unprivileged_user()) {
    folder_.emplace(resolve(folder, user_ ? std::optional(user_->gid) : std::nullopt));
    require_owner(*folder_, server_, std::nullopt);
    if (user_) {
        require_open_way(*user_, path(), server_);
        folder_->set_owner(::geteuid(), user_->gid);
    }
    folder_->set_mode(user_ ? 0710 : 0700);
    home_.emplace(folder_->subfolder("home"));
    give_to_server(*home_);
    if ((home_->path() / socket_name).native().size() > socket_path_bytes_max) {
        short_socket_folder_.emplace("/tmp/contrail-" +
                                     std::to_string(std::hash<std::string>()(path().native())));
        give_to_server(*short_socket_folder_);
    }
}

ServerFolder::~ServerFolder() {
    std::error_code stays_if_in_use;
    if (short_socket_folder_) std::filesystem::remove(short_socket_folder_->path(), stays_if_in_use);
}

void ServerFolder::give_to_server(const Folder& folder) const {
    require_owner(folder, server_, user_);
    if (user_) folder.set_owner(user_->uid, user_->gid);
    folder.set_mode(0700);
}

FileDescriptor ServerFolder::lock() const {
    FileDescriptor lock = folder_->open_file("lock", O_RDWR | O_CREAT);
    const SteadyClock::time_point deadline = SteadyClock::now() + lock_patience;
    while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) throw system_error("Cannot lock " + (path() / "lock").string());
        if (SteadyClock::now() > deadline)
            throw Error(Retry::never,
                        "Cannot start " + server_ + " in " + path().string() +
                            ", because another one runs there. End the program that started it, or "
                            "choose another folder.");
        std::this_thread::sleep_for(poll_pause);
    }
    return lock;
}

void ServerFolder::wait_until_free() const {
    const FileDescriptor released_at_once = lock();
}

void ServerFolder::complete(Command& command, int output) const {
    command.directory = home_->path();
    command.standard_output = command.standard_error = output;
    command.user = user_;
}

void ServerFolder::run(Command command) const {
    const ServerLog log(*folder_);
    complete(command, log.descriptor());
    const ExitStatus status = servers::run(command);
    if (!status.success())
        throw Error(Retry::never, command.arguments.front() + ' ' + status.to_string() + ". " + log.ending());
}

ChildProcess ServerFolder::start(Command command, FileDescriptor lock,
                                 const std::function<bool()>& is_ready) const {
    const ServerLog log(*folder_);
    complete(command, log.descriptor());
    command.inherited = lock.get();
    ChildProcess process(command);
    const auto fail = [&](const std::string& how) {
        throw Error(Retry::never, server_ + " in " + path().string() + ' ' + how + ". " + log.ending());
    };
    const SteadyClock::time_point deadline = SteadyClock::now() + ready_patience;
    while (!is_ready()) {
        if (const auto status = process.wait_for(poll_pause)) fail(status->to_string());
        if (SteadyClock::now() > deadline) fail("was not ready within two minutes");
    }
    return process;
}

}  // namespace contrail::servers
