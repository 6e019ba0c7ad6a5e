#include "bench/report/machine.hpp"

#include <fcntl.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <fstream>
#include <thread>
#include <vector>

#include "bench/bare/postgres.hpp"
#include "bench/bare/redis.hpp"
#include "bench/result.hpp"
#include "bench/stopwatch.hpp"
#include "servers/descriptors.hpp"
#include "servers/system_error.hpp"
#include "servers/temporary_directory.hpp"

namespace contrail::bench {

namespace {

std::string now() {
    const std::time_t time = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &utc)};
}

std::string value_in(const std::string& file, const std::string& name, char separator) {
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        const auto at = line.find(separator);
        if (line.starts_with(name) && at != std::string::npos)
            return line.substr(line.find_first_not_of(" \t", at + 1));
    }
    return "unknown";
}

std::string kernel() {
    utsname names{};
    ::uname(&names);
    return std::string(names.sysname) + ' ' + names.release + ' ' + names.machine;
}

double memory_gib() {
    struct sysinfo info {};
    ::sysinfo(&info);
    return static_cast<double>(info.totalram) * info.mem_unit / (1ULL << 30);
}

/// On the disk of the private servers.
double fsync_ms() {
    const servers::TemporaryDirectory folder;
    const servers::FileDescriptor file = servers::open_for_append(folder.path() / "pages");
    const std::vector<char> page(8192, 'x');
    std::vector<double> milliseconds;
    for (int i = 0; i < 101; ++i) {
        const Stopwatch watch;
        if (::write(file.get(), page.data(), page.size()) < 0 || ::fdatasync(file.get()) != 0)
            throw servers::system_error("Cannot measure the disk");
        milliseconds.push_back(watch.seconds() * 1'000);
    }
    return spread(std::move(milliseconds)).median;
}

std::string postgres_version(const std::string& url) {
    const auto result = BarePostgres(url).run("SHOW server_version");
    return PQgetvalue(result.get(), 0, 0);
}

std::string redis_version(const std::string& url) {
    Settings settings;
    settings.log_url = url;
    const ReplyHandle info = BareRedis(settings).run({"INFO", "server"});
    const std::string text(info->str, info->len);
    constexpr std::string_view before = "redis_version:";
    const auto at = text.find(before) + before.size();
    return text.substr(at, text.find('\r', at) - at);
}

}  // namespace

Machine this_machine(Servers& servers) {
    return {.measured_at = now(),
            .processor = value_in("/proc/cpuinfo", "model name", ':'),
            .processors = std::thread::hardware_concurrency(),
            .memory_gib = memory_gib(),
            .kernel = kernel(),
            .fsync_ms = fsync_ms(),
            .postgres = postgres_version(servers.database_url()),
            .redis = redis_version(servers.redis_url(Keeping::on_disk))};
}

}  // namespace contrail::bench
