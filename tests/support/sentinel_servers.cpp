#include "support/sentinel_servers.hpp"

#include <fcntl.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "base/file_descriptor.hpp"
#include "servers/temporary_directory.hpp"
#include "support/free_port.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

namespace {

constexpr auto server_password = "masterpassword";
constexpr auto sentinel_password = "sentinelpassword";

bool follows(const std::string& replication_info) {
    return replication_info.find("role:master") != std::string::npos
               ? replication_info.find("connected_slaves:2") != std::string::npos
               : replication_info.find("master_link_status:up") != std::string::npos;
}

}  // namespace

SentinelServers::Server::Server(const std::filesystem::path& folder, std::uint16_t at_port)
    : port(at_port),
      redis({.data_dir = folder,
             .append_only = false,
             .settings = {{"masterauth", server_password},
                          {"repl-diskless-sync-delay", "0"},
                          {"repl-ping-replica-period", "1"}},
             .tcp = servers::TcpAccess{at_port, server_password}}) {}

std::string SentinelServers::Server::run(const std::vector<std::string>& command) const {
    return AdminRedis(redis.tcp_url()).run(command);
}

std::string SentinelServers::Server::try_to_run(const std::vector<std::string>& command) const {
    try {
        return run(command);
    } catch (const std::runtime_error&) {
        return "";
    }
}

std::string SentinelServers::password() {
    return server_password;
}

SentinelServers::SentinelServers(Options options) : options_(std::move(options)) {
    for (const char* name : {"one", "two", "three"})
        servers_.emplace_back(options_.folder / name, free_port());
    const std::uint16_t first = servers_.front().port;
    for (std::size_t i = 1; i < servers_.size(); ++i)
        servers_[i].run({"REPLICAOF", "127.0.0.1", std::to_string(first)});
    wait_for_replicas();
    for (const char* name : {"sentinel1", "sentinel2", "sentinel3"})
        sentinels_.push_back(start_sentinel(name, first));
    for (std::size_t i = 0; i < sentinels_.size(); ++i) wait_for_the_others(i);
}

std::string SentinelServers::url() const {
    std::string hosts;
    for (const std::string& address : sentinels()) hosts += (hosts.empty() ? "" : ",") + address;
    return "redis+sentinel://:" + std::string(server_password) + '@' + hosts + '/' + master_name +
           "?sentinel_password=" + sentinel_password;
}

std::vector<std::string> SentinelServers::sentinels() const {
    std::vector<std::string> addresses;
    for (const Sentinel& sentinel : sentinels_)
        addresses.push_back("127.0.0.1:" + std::to_string(sentinel.port));
    return addresses;
}

SentinelServers::Server& SentinelServers::master() {
    const std::uint16_t port = master_port();
    const auto found = std::ranges::find(servers_, port, &Server::port);
    if (found == servers_.end()) throw std::runtime_error("the sentinels name a master that is none of ours");
    return *found;
}

AdminRedis SentinelServers::admin() {
    return AdminRedis(master().redis.tcp_url());
}

SentinelServers::Server& SentinelServers::kill_master() {
    Server& killed = master();
    killed.redis.kill();
    wait_until("the sentinels name another master", [&] { return master_port() != killed.port; });
    return killed;
}

void SentinelServers::hand_over() {
    const std::uint16_t old_port = master_port();
    // They refuse while they still busy themselves with the fail-over before.
    wait_until("the sentinels hand over", [&] {
        return try_to_ask_sentinel(0, {"SENTINEL", "FAILOVER", master_name}) == "OK";
    });
    wait_until("the sentinels name another master", [&] { return master_port() != old_port; });
    wait_for_replicas();
}

void SentinelServers::wait_for_replicas() {
    for (const Server& server : servers_)
        wait_until("all servers have the same data", [&] {
            return follows(server.try_to_run({"INFO", "replication"}));
        });
}

bool SentinelServers::are_well() const {
    const std::uint16_t port = master_port();
    for (std::size_t i = 1; i < sentinels_.size(); ++i)
        if (master_port(i) != port) return false;
    return std::ranges::all_of(servers_, [&](const Server& server) {
        const std::string info = server.try_to_run({"INFO", "replication"});
        return follows(info) && (info.find("role:master") != std::string::npos) == (server.port == port);
    });
}

std::string SentinelServers::ask_sentinel(std::size_t which, const std::vector<std::string>& command) const {
    const std::string address = "127.0.0.1:" + std::to_string(sentinels_[which].port);
    return AdminRedis("redis://:" + std::string(sentinel_password) + '@' + address).run(command);
}

std::uint16_t SentinelServers::master_port(std::size_t sentinel) const {
    const std::string answer = ask_sentinel(sentinel, {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", master_name});
    return static_cast<std::uint16_t>(std::stoi(answer.substr(answer.find(' ') + 1)));
}

void SentinelServers::wait_for_the_others(std::size_t which) {
    std::string answer;
    const auto log = [&] {
        std::ifstream file(log_file(sentinels_[which].name));
        return "; its last answer is \"" + answer + "\", its log:\n" +
               std::string(std::istreambuf_iterator(file), {});
    };
    try {
        wait_until("the sentinel knows the others", [&] {
            if (sentinels_[which].process.has_ended()) throw std::runtime_error("the sentinel ended");
            for (Server& server : servers_)
                if (!server.redis.running()) throw std::runtime_error("a server of the sentinels ended");
            answer = try_to_ask_sentinel(which, {"SENTINEL", "CKQUORUM", master_name});
            return answer.starts_with("OK 3");
        });
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(error.what() + log());
    }
}

std::string SentinelServers::try_to_ask_sentinel(std::size_t which,
                                                 const std::vector<std::string>& command) const {
    try {
        return ask_sentinel(which, command);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

std::filesystem::path SentinelServers::log_file(const std::string& name) const {
    return options_.folder / (name + ".log");
}

SentinelServers::Sentinel SentinelServers::start_sentinel(const std::string& name,
                                                          std::uint16_t master_port) const {
    const std::uint16_t port = free_port();
    const auto file = options_.folder / (name + ".conf");
    const std::string of_master = std::string(" ") + master_name + ' ';
    std::ofstream(file) << "port " << port << "\nbind 127.0.0.1\ndir " << options_.folder.native()
                        << "\nrequirepass " << sentinel_password << "\nsentinel monitor" << of_master
                        << "127.0.0.1 " << master_port << " 2\nsentinel auth-pass" << of_master
                        << server_password << "\nsentinel down-after-milliseconds" << of_master
                        << options_.down_after.count() << "\nsentinel failover-timeout" << of_master
                        << "10000\n";
    const base::FileDescriptor output(::open(log_file(name).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    servers::Command command;
    command.arguments = {"redis-server", file, "--sentinel"};
    command.directory = options_.folder;
    command.standard_output = command.standard_error = output.get();
    command.if_not_found = "apt-get install redis-server.";
    return {.name = name, .port = port, .process = servers::ChildProcess(command)};
}

SentinelServers& shared_sentinels() {
    static const servers::TemporaryDirectory folder;
    static SentinelServers servers({.folder = folder.path()});
    return servers;
}

}  // namespace contrail::test
