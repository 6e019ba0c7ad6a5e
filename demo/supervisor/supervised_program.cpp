#include "demo/supervisor/supervised_program.hpp"

#include <utility>

#include "servers/descriptors.hpp"

namespace demo {

SupervisedProgram::SupervisedProgram(ProgramSpec spec, Label label)
    : spec_(std::move(spec)),
      label_(std::move(label)) {}

void SupervisedProgram::start() {
    contrail::servers::Pipe pipe = contrail::servers::make_pipe();
    spec_.command.standard_output = spec_.command.standard_error = pipe.write_end.get();
    process_.emplace(spec_.command);
    lines_.emplace(std::move(pipe.read_end));
    started_ = Clock::now();
    start_due_.reset();
}

void SupervisedProgram::reap() {
    last_status_ = process_->wait();
    ran_ = std::chrono::duration_cast<Duration>(Clock::now() - started_);
    process_.reset();
    lines_.reset();
}

SupervisedProgram::Duration SupervisedProgram::plan_restart() {
    const Duration pause = spec_.dies_on_purpose ? RestartPause::pause_min : pause_.after(ran_);
    start_due_ = Clock::now() + pause;
    return pause;
}

}  // namespace demo
