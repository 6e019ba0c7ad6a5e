#include "servers/postgres_cluster.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>

#include "servers/system_error.hpp"

namespace contrail::servers {
namespace {

/// Waits until all that was written to the file system of `folder` is on disk.
void sync_file_system(const std::filesystem::path& folder) {
    const FileDescriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.get() < 0 || ::syncfs(directory.get()) != 0)
        throw system_error("Cannot write " + folder.string() + " to disk");
}

}  // namespace

std::optional<int> cluster_version(const std::filesystem::path& data) {
    std::ifstream file(data / "PG_VERSION");
    int version = 0;
    if (file >> version) return version;
    return std::nullopt;
}

void make_cluster(const ServerFolder& folder, const std::filesystem::path& programs,
                  const std::filesystem::path& data, bool durable) {
    // Made under another name: what an initdb that was killed leaves behind is never taken for a cluster.
    const std::filesystem::path unfinished = data.native() + ".unfinished";
    std::filesystem::remove_all(unfinished);
    Command initdb;
    initdb.arguments = {
        programs / "initdb",  "--pgdata",        unfinished,   "--username=postgres", "--auth-local=trust",
        "--auth-host=reject", "--encoding=UTF8", "--locale=C", "--no-instructions",   "--no-sync",
    };
    folder.run(initdb);
    // Instead of initdb, which would do it file by file: seconds instead of a part of one.
    if (durable) sync_file_system(unfinished);
    std::filesystem::rename(unfinished, data);
    if (durable) sync_file_system(data);
}

}  // namespace contrail::servers
