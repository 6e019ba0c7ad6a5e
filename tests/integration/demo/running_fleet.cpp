#include "integration/demo/running_fleet.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "servers/descriptors.hpp"

namespace demo {

namespace {

using contrail::servers::ChildProcess;
using contrail::servers::Command;
using contrail::servers::Pipe;

Command rocket_rides(const std::vector<std::string>& arguments) {
    Command command;
    command.arguments = {CONTRAIL_PROGRAMS "/rocket_rides"};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    // CLI11 takes an empty variable as none.
    command.environment = {{"DATABASE_URL", ""}, {"LOG_URL", ""}, {"REDIS_URL", ""}};
    return command;
}

ChildProcess start_up(const std::filesystem::path& data_dir, const std::vector<std::string>& more,
                      std::uint16_t port, int output) {
    Command up = rocket_rides({"up", "--data-dir", data_dir, "--port", std::to_string(port)});
    up.arguments.insert(up.arguments.end(), more.begin(), more.end());
    up.standard_output = up.standard_error = output;
    return ChildProcess(up);
}

std::string read_some(int descriptor) {
    std::string text(1 << 16, '\0');
    const ssize_t length = ::read(descriptor, text.data(), text.size());
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
    return text;
}

std::string content(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

int occurrences(const std::string& in, const std::string& text) {
    int count = 0;
    for (std::size_t at = 0; (at = in.find(text, at)) != std::string::npos; at += text.size()) ++count;
    return count;
}

}  // namespace

RunningFleet::RunningFleet(const std::filesystem::path& data_dir, const std::vector<std::string>& arguments,
                           std::uint16_t port)
    : port_(port),
      process_(start_up(data_dir, arguments, port, pipe_.write_end.get())) {
    pipe_.write_end.close();
}

bool RunningFleet::read_more() {
    const std::string text = read_some(pipe_.read_end.get());
    output_ += text;
    return !text.empty();
}

void RunningFleet::until_output(const std::string& text, int times) {
    while (occurrences(output_, text) < times)
        if (!read_more()) throw std::runtime_error("'" + text + "' did not come, but:\n" + output_);
}

contrail::servers::ExitStatus RunningFleet::wait() {
    while (read_more()) continue;
    return process_.wait();
}

pid_t RunningFleet::pid_of(const std::string& text) const {
    const std::string fleet = std::to_string(process_.pid());
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        if (content(entry.path() / "status").find("PPid:\t" + fleet + '\n') == std::string::npos) continue;
        std::string arguments = content(entry.path() / "cmdline");
        std::ranges::replace(arguments, '\0', ' ');
        if (arguments.find(text) != std::string::npos) return std::stoi(entry.path().filename());
    }
    throw std::runtime_error("the fleet has no process '" + text + "'");
}

void RunningFleet::post_rides(int count) const {
    Command simulator = rocket_rides(
        {"simulator", "--port", std::to_string(port_), "--rate", "0", "--count", std::to_string(count)});
    Pipe unread = contrail::servers::make_pipe();
    simulator.standard_output = unread.write_end.get();
    if (!contrail::servers::run(simulator).success()) throw std::runtime_error("the rides were not accepted");
}

std::string RunningFleet::output_after(const std::string& text) const {
    const std::size_t begin = output_.find(text) + text.size();
    return output_.substr(begin, output_.find('\n', begin) - begin);
}

contrail::Settings RunningFleet::settings() const {
    contrail::Settings settings;
    settings.database_url = output_after("DATABASE_URL=");
    settings.log_url = output_after("LOG_URL=");
    settings.stream_name = output_after("STREAM_NAME=");
    return settings;
}

nlohmann::json RunningFleet::verify() const {
    Command command = rocket_rides({"verify", "--json"});
    command.environment = {{"DATABASE_URL", settings().database_url}, {"LOG_URL", settings().log_url}};
    Pipe answer = contrail::servers::make_pipe();
    command.standard_output = answer.write_end.get();
    contrail::servers::run(command);
    return nlohmann::json::parse(read_some(answer.read_end.get()));
}

void adopt_orphans() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

bool no_process_is_left() {
    return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

void wait_until_no_process_is_left() {
    while (::waitpid(-1, nullptr, 0) > 0) continue;
}

}  // namespace demo
