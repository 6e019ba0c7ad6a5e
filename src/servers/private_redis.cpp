#include "servers/private_redis.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <string_view>
#include <utility>

#include "base/percent_encode.hpp"
#include "contrail/error.hpp"
#include "servers/process_tree.hpp"

namespace contrail::servers {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view redis_socket_name = "redis.sock";
constexpr auto redis_stop_patience = 1min;

/// True if a server behind `socket` answers PING. While it loads its data, it answers with an error.
bool answers(const std::filesystem::path& socket) {
    const FileDescriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket.native().copy(address.sun_path, sizeof address.sun_path - 1);
    // The server is local, so it answers soon. This bounds the wait for one that hangs.
    constexpr timeval patience{1, 0};
    ::setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return false;
    constexpr std::string_view ping = "PING\r\n";
    if (::send(connection.get(), ping.data(), ping.size(), MSG_NOSIGNAL) < 0) return false;
    std::array<char, 5> answer{};
    const ssize_t length = ::recv(connection.get(), answer.data(), answer.size(), MSG_WAITALL);
    return length > 0 && std::string_view(answer.data(), static_cast<std::size_t>(length)) == "+PONG";
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
    return "unix://" + path + "?db=0";
}

bool PrivateRedis::running() {
    return process_ && !process_->wait_for(0ms);
}

void PrivateRedis::start(const KeepWaiting& keep_waiting) {
    if (running()) return;
    process_ =
        folder_.start(server_command(), folder_.lock(), [&] { return answers(socket_) || !keep_waiting(); });
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

Command PrivateRedis::server_command() const {
    std::map<std::string, std::string> settings = redis_settings(options_.append_only);
    for (const auto& [name, value] : options_.settings) settings[name] = value;
    settings["unixsocket"] = socket_;
    Command redis;
    redis.arguments = {"redis-server"};
    for (const auto& [name, value] : settings)
        redis.arguments.insert(redis.arguments.end(), {"--" + name, value});
    redis.if_not_found = "apt-get install redis-server, or set REDIS_URL to the address of a running server.";
    return redis;
}

}  // namespace contrail::servers
