#include "servers/private_postgres.hpp"

#include <libpq-fe.h>

#include <fstream>
#include <memory>
#include <utility>

#include "contrail/error.hpp"
#include "servers/percent_encode.hpp"
#include "servers/postgres_programs.hpp"
#include "servers/process_tree.hpp"

namespace contrail::servers {
namespace {

using namespace std::chrono_literals;

// The port is a part of the socket's name only.
constexpr std::string_view port = "5432";
constexpr std::string_view socket_name = ".s.PGSQL.5432";
// A fast shutdown writes out at most what is in the shared buffers.
constexpr auto stop_patience = 1min;

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

Connection connect(const std::string& url) {
    Connection connection(PQconnectdb(url.c_str()), &PQfinish);
    if (PQstatus(connection.get()) != CONNECTION_OK)
        throw Error(Retry::never, "Cannot connect to the private PostgreSQL: " +
                                      std::string(PQerrorMessage(connection.get())));
    return connection;
}

std::string quoted(PGconn* connection, std::string_view name) {
    const std::unique_ptr<char, decltype(&PQfreemem)> text(
        PQescapeIdentifier(connection, name.data(), name.size()), &PQfreemem);
    if (!text) throw Error(Retry::never, "Cannot quote a name: " + std::string(PQerrorMessage(connection)));
    return text.get();
}

void execute(PGconn* connection, const std::string& statement) {
    const Result result(PQexec(connection, statement.c_str()), &PQclear);
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
        throw Error(Retry::never, "Cannot " + statement + ": " + PQresultErrorMessage(result.get()));
}

/// The major version that made the cluster; nothing if there is no cluster.
std::optional<int> version_of(const std::filesystem::path& data) {
    std::ifstream file(data / "PG_VERSION");
    int version = 0;
    if (file >> version) return version;
    return std::nullopt;
}

std::map<std::string, std::string> usual_settings(bool durable) {
    const std::string on_if_durable = durable ? "on" : "off";
    return {
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
}

}  // namespace

PrivatePostgres::PrivatePostgres(Options options)
    : options_(std::move(options)),
      folder_(options_.data_dir, "PostgreSQL", socket_name),
      data_(folder_.path() / "data"),
      programs_(postgres_programs(version_of(data_))) {
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

bool PrivatePostgres::running() {
    return process_ && !process_->wait_for(0ms);
}

void PrivatePostgres::start() {
    if (running()) return;
    FileDescriptor lock = folder_.lock();
    if (!version_of(data_)) make_cluster();
    forget_dead_postmaster();
    process_ = folder_.start(server_command(), std::move(lock),
                             [url = url()] { return PQping(url.c_str()) == PQPING_OK; });
}

void PrivatePostgres::stop() {
    if (!process_) return;
    process_->signal(SIGINT);
    if (!process_->wait_for(stop_patience)) kill();
    process_.reset();
}

void PrivatePostgres::kill() {
    if (!process_) return;
    if (running()) kill_with_children(process_->pid());
    process_->wait();
    process_.reset();
    folder_.wait_until_free();
}

bool PrivatePostgres::has_database(std::string_view name) const {
    const Connection connection = connect(url());
    const std::string text(name);
    const char* const parameter = text.c_str();
    const Result result(PQexecParams(connection.get(), "SELECT FROM pg_database WHERE datname = $1", 1,
                                     nullptr, &parameter, nullptr, nullptr, 0),
                        &PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
        throw Error(Retry::never,
                    "Cannot look for the database " + text + ": " + PQresultErrorMessage(result.get()));
    return PQntuples(result.get()) == 1;
}

void PrivatePostgres::create_database(std::string_view name, std::string_view source) const {
    const Connection connection = connect(url());
    execute(connection.get(), "CREATE DATABASE " + quoted(connection.get(), name) + " TEMPLATE " +
                                  quoted(connection.get(), source));
}

void PrivatePostgres::drop_database(std::string_view name) const {
    const Connection connection = connect(url());
    execute(connection.get(), "DROP DATABASE IF EXISTS " + quoted(connection.get(), name) + " WITH (FORCE)");
}

void PrivatePostgres::make_cluster() const {
    // Made under another name: what an initdb that was killed leaves behind is never taken for a cluster.
    const std::filesystem::path unfinished = folder_.path() / "data.unfinished";
    std::filesystem::remove_all(unfinished);
    Command initdb;
    initdb.arguments = {programs_ / "initdb",  "--pgdata",           unfinished,
                        "--username=postgres", "--auth-local=trust", "--auth-host=reject",
                        "--encoding=UTF8",     "--locale=C",         "--no-instructions"};
    if (!options_.durable) initdb.arguments.emplace_back("--no-sync");
    folder_.run(initdb);
    std::filesystem::rename(unfinished, data_);
}

void PrivatePostgres::forget_dead_postmaster() const {
    // postmaster.pid holds the process id of a server that was killed. By now that may be another
    // program's, and PostgreSQL would refuse to start for ever. Whoever does run on these data, started by
    // somebody who knows nothing of our lock, is in their folder.
    for (const auto& file :
         {data_ / "postmaster.pid", folder_.socket_directory() / (std::string(socket_name) + ".lock")}) {
        std::string pid;
        std::error_code error;
        if (!std::getline(std::ifstream(file), pid)) continue;
        if (std::filesystem::read_symlink("/proc/" + pid + "/cwd", error) != data_)
            std::filesystem::remove(file);
    }
}

Command PrivatePostgres::server_command() const {
    std::map<std::string, std::string> settings = usual_settings(options_.durable);
    for (const auto& [name, value] : options_.settings) settings[name] = value;
    settings["listen_addresses"] = "";
    settings["unix_socket_directories"] = folder_.socket_directory();
    Command postgres;
    postgres.arguments = {programs_ / "postgres", "-D", data_, "-p", std::string(port)};
    for (const auto& [name, value] : settings)
        postgres.arguments.insert(postgres.arguments.end(), {"-c", name + '=' + value});
    // The immediate shutdown: if we are killed, it takes its own children along before it goes.
    postgres.parent_death_signal = SIGQUIT;
    return postgres;
}

}  // namespace contrail::servers
