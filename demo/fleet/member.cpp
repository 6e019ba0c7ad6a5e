#include "demo/fleet/member.hpp"

#include <utility>

namespace rocket_rides {

Member::Member(Plan plan, Label label) : plan_(std::move(plan)), label_(std::move(label)) {}

void Member::start() {
    contrail::servers::Pipe pipe = contrail::servers::make_pipe();
    plan_.command.standard_output = plan_.command.standard_error = pipe.write_end.get();
    process_.emplace(plan_.command);
    lines_.emplace(std::move(pipe.read_end));
    started_ = Clock::now();
    start_due_.reset();
}

void Member::bury() {
    last_status_ = process_->wait();
    ran_ = std::chrono::duration_cast<Duration>(Clock::now() - started_);
    process_.reset();
    lines_.reset();
}

Member::Duration Member::start_again() {
    const Duration pause = plan_.dies_on_purpose ? RestartPause::pause_min : pause_.after(ran_);
    start_due_ = Clock::now() + pause;
    return pause;
}

}  // namespace rocket_rides
