#include "servers/private_redis.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/percent_encode.hpp"
#include "contrail/error.hpp"
#include "servers/process_tree.hpp"
#include "servers/system_error.hpp"

namespace contrail::servers {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view redis_socket_name = "redis.sock";
constexpr auto tcp_settings_name = "tcp.conf";
constexpr auto redis_stop_patience = 1min;

/// True if a server behind `socket` answers PING. While it loads its data, it answers with an error.
bool answers(const std::filesystem::path& socket, const std::string& password) {
    const FileDescriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket.native().copy(address.sun_path, sizeof address.sun_path - 1);
    // The server is local, so it answers soon. This bounds the wait for one that hangs.
    constexpr timeval patience{1, 0};
    ::setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return false;
    const std::string ping = (password.empty() ? "" : "AUTH " + password + "\r\n") + "PING\r\n";
    const std::string pong = password.empty() ? "+PONG" : "+OK\r\n+PONG";
    if (::send(connection.get(), ping.data(), ping.size(), MSG_NOSIGNAL) < 0) return false;
    std::string answer(pong.size(), ' ');
    const ssize_t length = ::recv(connection.get(), answer.data(), answer.size(), MSG_WAITALL);
    return length > 0 && answer.substr(0, static_cast<std::size_t>(length)) == pong;
}

std::string redis_program() {
    const char* chosen = std::getenv("CONTRAIL_REDIS_PROGRAM");
    return chosen != nullptr ? chosen : "redis-server";
}

std::map<std::string, std::string> redis_settings(bool append_only) {
    return {
        {"appendonly", append_only ? "yes" : "no"},
        {"appendfsync", "always"},
        // The append-only file makes snapshots useless.
        {"save", ""},
        {"maxmemory-policy", "noeviction"},
        {"port", "0"},
    };
}

}  // namespace

PrivateRedis::PrivateRedis(Options options)
    : options_(std::move(options)),
      folder_(options_.data_dir, "Redis", redis_socket_name),
      socket_(folder_.socket_folder().path() / redis_socket_name) {
    start();
}

PrivateRedis::~PrivateRedis() {
    // ~ChildProcess kills what stop() could not end.
    try {
        stop();
    } catch (const Error&) {
    }
}

std::string PrivateRedis::url() const {
    // The slashes of the path stay unencoded.
    std::string path;
    for (const auto& part : socket_.relative_path()) path += '/' + base::percent_encode(part.native());
    return "unix://" + (options_.tcp ? ':' + options_.tcp->password + '@' : "") + path + "?db=0";
}

std::string PrivateRedis::tcp_url() const {
    return "redis://:" + options_.tcp.value().password + "@127.0.0.1:" + std::to_string(options_.tcp->port) +
           "/0";
}

bool PrivateRedis::running() {
    return process_ && !process_->wait_for(0ms);
}

void PrivateRedis::start(const KeepWaiting& keep_waiting) {
    if (running()) return;
    if (options_.tcp) write_tcp_settings();
    process_ = folder_.start(server_command(), folder_.lock(),
                             [&] { return answers(socket_, password()) || !keep_waiting(); });
}

void PrivateRedis::stop() {
    if (!process_) return;
    process_->end(redis_stop_patience);
    process_.reset();
}

void PrivateRedis::kill() {
    if (!process_) return;
    if (running()) kill_with_children(process_->pid());  // a child may be rewriting the append-only file
    process_->wait();
    process_.reset();
    folder_.wait_until_free();
}

/// In a file for the server's user alone: arguments of a program are visible to every user.
void PrivateRedis::write_tcp_settings() const {
    const std::string settings = "bind 127.0.0.1\nport " + std::to_string(options_.tcp->port) +
                                 "\nrequirepass " + options_.tcp->password + "\n";
    const Folder& home = folder_.home();
    const auto file = home.open_file(tcp_settings_name, O_WRONLY | O_CREAT | O_TRUNC);
    if (::fchown(file.get(), home.owner(), static_cast<gid_t>(-1)) != 0 ||
        ::write(file.get(), settings.data(), settings.size()) != static_cast<ssize_t>(settings.size()))
        throw system_error("Cannot write " + (home.path() / tcp_settings_name).string());
}

Command PrivateRedis::server_command() const {
    std::map<std::string, std::string> settings = redis_settings(options_.append_only);
    for (const auto& [name, value] : options_.settings) settings[name] = value;
    settings["unixsocket"] = socket_;
    Command redis;
    redis.arguments = {redis_program()};
    if (options_.tcp) {
        redis.arguments.push_back(folder_.home().path() / tcp_settings_name);
        settings.erase("port");
    }
    for (const auto& [name, value] : settings)
        redis.arguments.insert(redis.arguments.end(), {"--" + name, value});
    redis.if_not_found = "apt-get install redis-server, or set LOG_URL to the address of a running server.";
    return redis;
}

}  // namespace contrail::servers
