#include "demo/supervisor/private_servers.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "servers/system_error.hpp"

namespace demo {

namespace {

using contrail::servers::KeepWaiting;

constexpr auto database = "rocket_rides";
constexpr std::string_view postgres_name = "postgres";
constexpr std::string_view redis_name = "redis";

template <class Server>
void start_if_dead(std::optional<Server>& server, std::string_view name,
                   const PrivateServers::ServerSink& sink, const KeepWaiting& keep_waiting) {
    if (!server || server->running()) return;
    sink(name, server->process().wait().to_string() + "; restarting");
    server->start(keep_waiting);
    sink(name, "started");
}

}  // namespace

PrivateServers::PrivateServers(const std::filesystem::path& data_dir, contrail::Settings& settings,
                               ServerSink sink, const Options& options)
    : sink_(std::move(sink)),
      log_url_(options.log_url) {
    using contrail::servers::TcpAccess;
    const std::optional<Tcp>& tcp = options.tcp;
    if (settings.database_url.empty()) {
        sink_(postgres_name, "starting in " + (data_dir / "postgres").string());
        postgres_.emplace(contrail::servers::PrivatePostgres::Options{
            .data_dir = data_dir / "postgres",
            .tcp = tcp ? std::optional(TcpAccess{tcp->postgres_port, tcp->password}) : std::nullopt});
        if (!postgres_->has_database(database)) postgres_->create_database(database);
        settings.database_url = postgres_->url(database);
        sink_(postgres_name, "ready, DATABASE_URL=" + settings.database_url);
        if (tcp) sink_(postgres_name, "over TCP, DATABASE_URL=" + postgres_->tcp_url(database));
    }
    if (has_log()) {
        settings.log_url = log_url_;
    } else if (settings.log_url.empty()) {
        sink_(redis_name, "starting in " + (data_dir / "redis").string());
        redis_.emplace(contrail::servers::PrivateRedis::Options{
            .data_dir = data_dir / "redis",
            .tcp = tcp ? std::optional(TcpAccess{tcp->redis_port, tcp->password}) : std::nullopt});
        log_url_ = settings.log_url = redis_->url();
        sink_(redis_name, "ready, LOG_URL=" + settings.log_url);
        if (tcp) sink_(redis_name, "over TCP, LOG_URL=" + redis_->tcp_url());
        sink_(redis_name, "holds the log, STREAM_NAME=" + settings.stream_name);
    }
    if (postgres_ || has_log())
        write_settings_file(contrail::servers::Folder(std::filesystem::canonical(data_dir)),
                            settings.stream_name);
}

void PrivateServers::write_settings_file(const contrail::servers::Folder& data_dir,
                                         const std::string& stream_name) const {
    // Only the private servers: the URL of another server may hold a password.
    std::string settings = "stream-name = \"" + stream_name + "\"\n";
    if (postgres_) settings += "database-url = \"" + postgres_->url(database) + "\"\n";
    if (has_log()) settings += "log-url = \"" + log_url_ + "\"\n";
    const auto file = data_dir.open_file("servers.toml", O_WRONLY | O_CREAT | O_TRUNC);
    if (::fchmod(file.get(), S_IRUSR | S_IWUSR) != 0 ||
        ::write(file.get(), settings.data(), settings.size()) != static_cast<ssize_t>(settings.size()))
        throw contrail::servers::system_error("Cannot write " + (data_dir.path() / "servers.toml").string());
}

std::vector<int> PrivateServers::exit_descriptors() {
    std::vector<int> descriptors;
    if (postgres_ && !held(postgres_name)) descriptors.push_back(postgres_->process().exit_descriptor());
    if (redis_ && !held(redis_name)) descriptors.push_back(redis_->process().exit_descriptor());
    return descriptors;
}

void PrivateServers::start_dead_servers(const KeepWaiting& keep_waiting) {
    if (!held(postgres_name)) start_if_dead(postgres_, postgres_name, sink_, keep_waiting);
    if (!held(redis_name)) start_if_dead(redis_, redis_name, sink_, keep_waiting);
}

}  // namespace demo
