#include "integration/consume/running_consumer.hpp"

#include <csignal>
#include <fstream>
#include <iterator>

#include "integration/cli/run_program.hpp"
#include "servers/descriptors.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

RunningConsumer::RunningConsumer(const std::string& arguments, const Settings& settings,
                                 const std::map<std::string, std::string>& environment)
    : log_(servers::open_for_append(folder_.path() / "log")),
      command_(shell("exec contrail consume " + arguments, settings, environment)) {
    command_.standard_error = log_.get();
    start();
}

void RunningConsumer::start() {
    process_.emplace(command_);
}

void RunningConsumer::restart_after_kill() {
    process_->signal(SIGKILL);
    process_->wait();
    start();
}

std::string RunningConsumer::log() const {
    std::ifstream stream(folder_.path() / "log");
    return {std::istreambuf_iterator<char>(stream), {}};
}

void RunningConsumer::wait_for_log(const std::string& text) const {
    wait_until("the consumer's log has: " + text, [&] { return log().find(text) != std::string::npos; });
}

}  // namespace contrail::test
