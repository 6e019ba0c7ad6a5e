#include "servers/process_tree.hpp"

#include <sys/wait.h>

#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "servers/system_error.hpp"

namespace contrail::servers {
namespace {

/// Nothing if the process has ended.
std::optional<pid_t> parent_of(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    if (!std::getline(file, line)) return std::nullopt;
    // "12 (name) S 1 …": the name may contain blanks and parentheses, so this searches from the end.
    pid_t parent = 0;
    const char* number = line.data() + line.rfind(')') + 4;
    std::from_chars(number, line.data() + line.size(), parent);
    return parent;
}

std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> children;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        pid_t pid = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (error == std::errc() && end == name.data() + name.size() && parent_of(pid) == parent)
            children.push_back(pid);
    }
    return children;
}

}  // namespace

void kill_with_children(pid_t parent) {
    // A stopped parent cannot fork another child while this lists its children.
    ::kill(parent, SIGSTOP);
    siginfo_t seen{};
    while (::waitid(P_PID, static_cast<id_t>(parent), &seen, WSTOPPED | WEXITED | WNOWAIT) != 0) {
        if (errno != EINTR) throw system_error("Cannot stop process " + std::to_string(parent));
    }
    for (const pid_t child : children_of(parent)) ::kill(child, SIGKILL);
    ::kill(parent, SIGKILL);
}

void signal_with_children(pid_t parent, int number) {
    ::kill(parent, number);
    for (const pid_t child : children_of(parent)) ::kill(child, number);
}

}  // namespace contrail::servers
