#include "servers/private_postgres.hpp"

#include <libpq-fe.h>
#include <sys/shm.h>

#include <csignal>
#include <sstream>
#include <system_error>
#include <thread>
#include <utility>

#include "base/percent_encode.hpp"
#include "contrail/error.hpp"
#include "servers/postgres_cluster.hpp"
#include "servers/postgres_databases.hpp"
#include "servers/postgres_programs.hpp"
#include "servers/process_tree.hpp"

namespace contrail::servers {
namespace {

using namespace std::chrono_literals;

std::string postgres_port(const std::optional<TcpAccess>& tcp) {
    return tcp ? std::to_string(tcp->port) : "5432";  // Without TCP it is only a part of the socket's name.
}

std::string postgres_socket_name(const std::string& port) {
    return ".s.PGSQL." + port;
}

// A fast shutdown writes at most the shared buffers.
constexpr auto postgres_stop_patience = 1min;

constexpr auto memory_patience = 3s;
constexpr auto memory_poll_pause = 10ms;

std::map<std::string, std::string> postgres_settings(bool durable, int version) {
    const std::string on_if_durable = durable ? "on" : "off";
    std::map<std::string, std::string> settings{
        {"fsync", on_if_durable},
        {"full_page_writes", on_if_durable},
        {"shared_buffers", "128MB"},
        {"max_wal_size", "1GB"},
        // No replication: less to write, and two processes fewer.
        {"wal_level", "minimal"},
        {"max_wal_senders", "0"},
        {"max_logical_replication_workers", "0"},
        {"log_checkpoints", "off"},
    };
    // Before PostgreSQL repairs its data after a crash, it writes all files to disk. One call for all of them
    // takes a fraction of a second; one for each of a thousand files takes several.
    if (version >= 14) settings["recovery_init_sync_method"] = "syncfs";
    return settings;
}

/// The seventh line of `postmaster.pid` holds the key and the id of the server's shared memory.
bool is_its_memory_in_use(const std::string& pid_file) {
    std::istringstream lines(pid_file);
    std::string line;
    for (int number = 1; number <= 7; ++number) std::getline(lines, line);
    std::istringstream words(line);
    std::uint64_t key = 0;
    int id = 0;
    shmid_ds memory{};
    return words >> key >> id && ::shmctl(id, IPC_STAT, &memory) == 0 && memory.shm_nattch > 0;
}

}  // namespace

PrivatePostgres::PrivatePostgres(Options options)
    : options_(std::move(options)),
      folder_(options_.data_dir, "PostgreSQL", postgres_socket_name(port())),
      data_(folder_.home().path() / cluster_name),
      programs_(postgres_programs(cluster_version(folder_))) {
    start();
}

PrivatePostgres::~PrivatePostgres() {
    // ~ChildProcess kills what stop() could not end.
    try {
        stop();
    } catch (const Error&) {
    }
}

std::string PrivatePostgres::url(std::string_view database) const {
    return "postgresql://postgres@" + base::percent_encode(folder_.socket_folder().path().native()) + ':' +
           port() + '/' + base::percent_encode(database);
}

std::string PrivatePostgres::tcp_url(std::string_view database) const {
    return "postgresql://postgres:" + options_.tcp.value().password + "@127.0.0.1:" + port() + '/' +
           base::percent_encode(database);
}

std::string PrivatePostgres::port() const {
    return postgres_port(options_.tcp);
}

std::filesystem::path PrivatePostgres::socket() const {
    return folder_.socket_folder().path() / postgres_socket_name(port());
}

bool PrivatePostgres::running() {
    return process_ && !process_->wait_for(0ms);
}

void PrivatePostgres::start(const KeepWaiting& keep_waiting) {
    if (running()) return;
    FileDescriptor lock = folder_.lock();
    if (!cluster_version(folder_)) create_cluster(folder_, programs_, options_.durable);
    wait_for_memory(keep_waiting);
    remove_stale_pid_files();
    process_ = folder_.start(server_command(), std::move(lock), [&, url = url()] {
        return PQping(url.c_str()) == PQPING_OK || !keep_waiting();
    });
    if (options_.tcp && PQping(url().c_str()) == PQPING_OK) set_password(url(), options_.tcp->password);
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

/// PostgreSQL does not start beside the memory of a server that is in use. Linux frees that of a process which has
/// ended only when no other program reads about the process in /proc.
void PrivatePostgres::wait_for_memory(const KeepWaiting& keep_waiting) const {
    const auto data = folder_.home().find_subfolder(cluster_name);
    const auto pid_file = data ? data->beginning("postmaster.pid") : std::nullopt;
    const auto deadline = std::chrono::steady_clock::now() + memory_patience;
    while (pid_file && is_its_memory_in_use(*pid_file) && keep_waiting() &&
           std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(memory_poll_pause);
}

void PrivatePostgres::remove_stale_pid_files() const {
    // The files of a killed server hold its process id, which may be another program's by now. PostgreSQL
    // would then refuse to start for ever. A server that does run on these data, started without our lock,
    // works in their folder.
    const auto remove_if_stale = [&](const Folder& folder, const std::string& name) {
        const auto text = folder.beginning(name);
        if (!text) return;
        const std::string pid = text->substr(0, text->find('\n'));
        std::error_code error;
        if (std::filesystem::read_symlink("/proc/" + pid + "/cwd", error) != data_) folder.remove_file(name);
    };
    if (const auto data = folder_.home().find_subfolder(cluster_name))
        remove_if_stale(*data, "postmaster.pid");
    remove_if_stale(folder_.socket_folder(), postgres_socket_name(port()) + ".lock");
}

Command PrivatePostgres::server_command() const {
    std::map<std::string, std::string> settings =
        postgres_settings(options_.durable, cluster_version(folder_).value_or(0));
    for (const auto& [name, value] : options_.settings) settings[name] = value;
    settings["listen_addresses"] = options_.tcp ? "127.0.0.1" : "";
    settings["unix_socket_directories"] = folder_.socket_folder().path();
    Command postgres;
    postgres.arguments = {programs_ / "postgres", "-D", data_, "-p", port()};
    for (const auto& [name, value] : settings) {
        postgres.arguments.emplace_back("-c");
        postgres.arguments.emplace_back(name).append("=").append(value);
    }
    // Immediate shutdown: if this process dies, PostgreSQL ends its own children before it ends.
    postgres.parent_death_signal = SIGQUIT;
    return postgres;
}

}  // namespace contrail::servers
