#include "servers/postgres_programs.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <system_error>

#include "contrail/error.hpp"

namespace contrail::servers {
namespace {

bool holds_programs(const std::filesystem::path& folder) {
    return ::access((folder / "initdb").c_str(), X_OK) == 0 &&
           ::access((folder / "postgres").c_str(), X_OK) == 0;
}

std::map<int, std::filesystem::path> debian_versions() {
    std::map<int, std::filesystem::path> found;
    std::error_code there_are_none;
    for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", there_are_none)) {
        const std::string name = entry.path().filename();
        int version = 0;
        std::from_chars(name.data(), name.data() + name.size(), version);
        if (holds_programs(entry.path() / "bin")) found.emplace(version, entry.path() / "bin");
    }
    return found;
}

std::filesystem::path chosen_programs(const char* folder) {
    if (!holds_programs(folder))
        throw Error(Retry::never, "The variable CONTRAIL_POSTGRES_PROGRAMS names " + std::string(folder) +
                                      ", which does not hold the programs initdb and postgres. Set it to the "
                                      "bin folder of a PostgreSQL, or unset it.");
    return std::filesystem::absolute(folder);
}

std::optional<std::filesystem::path> programs_in_path() {
    const char* variable = std::getenv("PATH");
    std::istringstream folders(variable != nullptr ? variable : "");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (holds_programs(folder)) return folder;
    return std::nullopt;
}

}  // namespace

std::filesystem::path postgres_programs(std::optional<int> version) {
    if (const char* folder = std::getenv("CONTRAIL_POSTGRES_PROGRAMS")) return chosen_programs(folder);
    const auto found = debian_versions();
    if (version && found.contains(*version)) return found.at(*version);
    if (!version && !found.empty()) return found.rbegin()->second;
    // Of any version: a server reports clearly that its data have another one.
    if (const auto programs = programs_in_path()) return *programs;
    const std::string package = "postgresql" + (version ? '-' + std::to_string(*version) : "");
    throw Error(Retry::never, "PostgreSQL's server programs" +
                                  (version ? " of version " + std::to_string(*version) : "") +
                                  " are neither in /usr/lib/postgresql nor in $PATH. apt-get install " +
                                  package + ", or set DATABASE_URL to the address of a running server.");
}

}  // namespace contrail::servers
