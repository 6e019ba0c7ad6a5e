#include "servers/private_postgres.hpp"

#include <libpq-fe.h>

#include <csignal>
#include <fstream>
#include <system_error>
#include <utility>

#include "contrail/error.hpp"
#include "servers/percent_encode.hpp"
#include "servers/postgres_cluster.hpp"
#include "servers/postgres_databases.hpp"
#include "servers/postgres_programs.hpp"
#include "servers/process_tree.hpp"

namespace contrail::servers {
namespace {

using namespace std::chrono_literals;

// The port is a part of the socket's name only.
constexpr std::string_view port = "5432";
constexpr std::string_view postgres_socket_name = ".s.PGSQL.5432";
// A fast shutdown writes out at most what is in the shared buffers.
constexpr auto postgres_stop_patience = 1min;

std::map<std::string, std::string> usual_settings(bool durable, int version) {
    const std::string on_if_durable = durable ? "on" : "off";
    std::map<std::string, std::string> settings{
        {"fsync", on_if_durable},
        {"full_page_writes", on_if_durable},
        {"shared_buffers", "128MB"},
        {"max_wal_size", "1GB"},
        // Nobody replicates: less log to write, and two processes less.
        {"wal_level", "minimal"},
        {"max_wal_senders", "0"},
        {"max_logical_replication_workers", "0"},
        {"log_checkpoints", "off"},
    };
    // Before it repairs what a crash left, it makes sure that all files are on disk. One call for all of
    // them takes a part of a second; one for each of a thousand files takes several.
    if (version >= 14) settings["recovery_init_sync_method"] = "syncfs";
    return settings;
}

}  // namespace

PrivatePostgres::PrivatePostgres(Options options)
    : options_(std::move(options)),
      folder_(options_.data_dir, "PostgreSQL", postgres_socket_name),
      data_(folder_.path() / "data"),
      programs_(postgres_programs(cluster_version(data_))) {
    start();
}

PrivatePostgres::~PrivatePostgres() {
    // No answer to a failure is left here but the one that ~ChildProcess gives.
    try {
        stop();
    } catch (const Error&) {
    }
}

std::string PrivatePostgres::url(std::string_view database) const {
    return "postgresql://postgres@" + percent_encode(folder_.socket_directory().native()) + ':' +
           std::string(port) + '/' + percent_encode(database);
}

std::filesystem::path PrivatePostgres::socket() const {
    return folder_.socket_directory() / postgres_socket_name;
}

bool PrivatePostgres::running() {
    return process_ && !process_->wait_for(0ms);
}

void PrivatePostgres::start(const KeepWaiting& keep_waiting) {
    if (running()) return;
    FileDescriptor lock = folder_.lock();
    if (!cluster_version(data_)) make_cluster(folder_, programs_, data_, options_.durable);
    forget_dead_postmaster();
    process_ = folder_.start(server_command(), std::move(lock), [&, url = url()] {
        return PQping(url.c_str()) == PQPING_OK || !keep_waiting();
    });
}

void PrivatePostgres::stop() {
    if (!process_) return;
    process_->signal(SIGINT);
    if (!process_->wait_for(postgres_stop_patience)) kill();
    process_.reset();
}

void PrivatePostgres::kill() {
    if (!process_) return;
    if (running()) kill_with_children(process_->pid());
    process_->wait();
    process_.reset();
    folder_.wait_until_free();
}

void PrivatePostgres::freeze() {
    if (running()) signal_with_children(process_->pid(), SIGSTOP);
}

void PrivatePostgres::thaw() {
    if (running()) signal_with_children(process_->pid(), SIGCONT);
}

bool PrivatePostgres::has_database(std::string_view name) const {
    return servers::has_database(url(), name);
}

void PrivatePostgres::create_database(std::string_view name, std::string_view source) const {
    servers::create_database(url(), name, source);
}

void PrivatePostgres::drop_database(std::string_view name) const {
    servers::drop_database(url(), name);
}

void PrivatePostgres::forget_dead_postmaster() const {
    // postmaster.pid holds the process id of a server that was killed. By now that may be another
    // program's, and PostgreSQL would refuse to start for ever. Whoever does run on these data, started by
    // somebody who knows nothing of our lock, is in their folder.
    for (const auto& file :
         {data_ / "postmaster.pid", folder_.socket_directory() / (std::string(postgres_socket_name) + ".lock")}) {
        std::string pid;
        std::error_code error;
        if (!std::getline(std::ifstream(file), pid)) continue;
        if (std::filesystem::read_symlink("/proc/" + pid + "/cwd", error) != data_)
            std::filesystem::remove(file);
    }
}

Command PrivatePostgres::server_command() const {
    std::map<std::string, std::string> settings =
        usual_settings(options_.durable, cluster_version(data_).value_or(0));
    for (const auto& [name, value] : options_.settings) settings[name] = value;
    settings["listen_addresses"] = "";
    settings["unix_socket_directories"] = folder_.socket_directory();
    Command postgres;
    postgres.arguments = {programs_ / "postgres", "-D", data_, "-p", std::string(port)};
    for (const auto& [name, value] : settings) {
        postgres.arguments.emplace_back("-c");
        postgres.arguments.emplace_back(name).append("=").append(value);
    }
    // The immediate shutdown: if we are killed, it takes its own children along before it goes.
    postgres.parent_death_signal = SIGQUIT;
    return postgres;
}

}  // namespace contrail::servers
