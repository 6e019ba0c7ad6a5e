#include "bench/processes.hpp"

#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

#include "contrail/error.hpp"

namespace contrail::bench {

namespace {

namespace fs = std::filesystem;

/// Empty if the process ended after it was listed.
std::string content(const fs::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

[[noreturn]] void fail(pid_t process) {
    throw Error(Retry::never, "Cannot measure process " + std::to_string(process) + ": it is gone.");
}

/// The fields of /proc/PID/stat that follow the third.
struct Stat {
    pid_t parent = 0;
    double ticks = 0;           ///< Processor time of the process itself.
    double ended_children = 0;  ///< Processor time of children that it has reaped.
};

std::optional<Stat> stat_of(const std::string& process) {
    const std::string line = content("/proc/" + process + "/stat");
    // The name stands in brackets, and may itself hold brackets.
    const auto name_end = line.rfind(')');
    if (name_end == std::string::npos) return std::nullopt;
    std::istringstream fields(line.substr(name_end + 1));
    Stat stat;
    std::string skipped;
    fields >> skipped >> stat.parent;
    for (int field = 5; field < 14; ++field) fields >> skipped;
    double user = 0;
    double system = 0;
    double children_user = 0;
    double children_system = 0;
    fields >> user >> system >> children_user >> children_system;
    stat.ticks = user + system;
    stat.ended_children = children_user + children_system;
    return stat;
}

}  // namespace

double peak_resident_mib(pid_t process) {
    std::istringstream status(content("/proc/" + std::to_string(process) + "/status"));
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
    fail(process);
}

double processor_seconds(pid_t process) {
    const auto parent = stat_of(std::to_string(process));
    if (!parent) fail(process);
    double ticks = parent->ticks + parent->ended_children;
    for (const auto& entry : fs::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        const auto child = stat_of(name);
        if (child && child->parent == process) ticks += child->ticks;
    }
    return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double thread_processor_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace contrail::bench
