#include "integration/archive/running_archive.hpp"

#include <csignal>
#include <fstream>
#include <iterator>

#include "integration/cli/run_program.hpp"
#include "servers/descriptors.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

RunningArchive::RunningArchive(const std::string& arguments, const Settings& settings,
                               const std::string& before)
    : log_(servers::open_for_append(folder_.path() / "log")),
      command_(shell(before + "exec contrail archive " + arguments, settings)) {
    command_.standard_error = log_.get();
    start();
}

void RunningArchive::start() {
    process_.emplace(command_);
}

void RunningArchive::kill() {
    process_->signal(SIGKILL);
    process_->wait();
}

std::string RunningArchive::log() const {
    std::ifstream stream(folder_.path() / "log");
    return {std::istreambuf_iterator<char>(stream), {}};
}

void RunningArchive::wait_for_log(const std::string& text) const {
    wait_until("the archive's log has: " + text, [&] { return log().find(text) != std::string::npos; });
}

}  // namespace contrail::test
