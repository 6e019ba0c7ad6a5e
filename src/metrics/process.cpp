#include "metrics/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "contrail/version.hpp"
#include "metrics/families.hpp"

namespace contrail::metrics {

namespace {

double unix_seconds() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// When the kernel started this process. Fields of /proc/self/stat are counted after the program's name,
/// which may hold any character.
double start_time_seconds() {
    std::ifstream stat("/proc/self/stat");
    std::string text(std::istreambuf_iterator<char>(stat), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int field = 3; field < 22; ++field) fields >> skipped;
    double started_ticks = 0;
    fields >> started_ticks;
    std::ifstream uptime_file("/proc/uptime");
    double uptime = 0;
    uptime_file >> uptime;
    return unix_seconds() - uptime + started_ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    double size_pages = 0;
    double resident_pages = 0;
    statm >> size_pages >> resident_pages;
    return resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double open_files() {
    const std::filesystem::directory_iterator files("/proc/self/fd");
    // Not counted: the descriptor that reads the folder.
    return static_cast<double>(std::distance(begin(files), end(files)) - 1);
}

}  // namespace

Families process_families() {
    static const double started = start_time_seconds();
    Families families;
    const auto add = [&](prometheus::MetricFamily family, double value) {
        add_sample(family, value, {});
        families.push_back(std::move(family));
    };
    families.push_back(gauge_family("contrail_build_info", "Always 1; the label holds the version."));
    add_sample(families.back(), 1, {{"version", version}});
    add(gauge_family("process_start_time_seconds", "Unix time at which the process started."), started);
    add(counter_family("process_cpu_seconds_total", "Processor time used, user and system."), cpu_seconds());
    add(gauge_family("process_resident_memory_bytes", "Memory that the process has in RAM."),
        resident_bytes());
    add(gauge_family("process_open_fds", "Open file descriptors."), open_files());
    return families;
}

}  // namespace contrail::metrics
