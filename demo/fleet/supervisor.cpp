#include "demo/fleet/supervisor.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "cli/program.hpp"
#include "demo/fleet/earlier.hpp"
#include "servers/system_error.hpp"

namespace rocket_rides {

namespace {

using namespace std::chrono_literals;
using contrail::servers::ExitStatus;

// More than the streamer's and the consumers' own waits, so that only a program that hangs is killed.
constexpr auto stop_patience = 10s;

Member::Duration time_to(Member::Clock::time_point time) {
    return std::max(0ms, std::chrono::ceil<Member::Duration>(time - Member::Clock::now()));
}

}  // namespace

Supervisor::Supervisor(std::vector<Member> members, Output& output, StopSignals& signals)
    : members_(std::move(members)),
      output_(output),
      signals_(signals) {}

void Supervisor::turn(std::optional<Duration> wait_max, std::span<const int> watched) {
    start_what_is_due();
    wait(earlier(wait_max, time_to_next_start()), watched);
    pass_on_lines();
    bury_the_dead();
    const std::optional<int> signal = signals_.take();
    if (!stop_signal_) stop_signal_ = signal;
    if (signal || output_.closed()) stop_wanted_ = true;
}

void Supervisor::start_what_is_due() {
    if (stopping_) return;
    for (Member& member : members_)
        if (member.start_due() && *member.start_due() <= Member::Clock::now()) member.start();
}

std::optional<Supervisor::Duration> Supervisor::time_to_next_start() const {
    std::optional<Duration> time;
    if (stopping_) return time;
    for (const Member& member : members_)
        if (member.start_due()) time = earlier(time, time_to(*member.start_due()));
    return time;
}

void Supervisor::wait(std::optional<Duration> wait_max, std::span<const int> watched) {
    // The output comes first: whether it is ready is the one thing that has to be known afterwards. All
    // else is simply tried, for nothing of it waits.
    std::vector<pollfd> descriptors{{output_.pending() ? output_.descriptor() : -1, POLLOUT, 0},
                                    {signals_.descriptor(), POLLIN, 0}};
    for (const int descriptor : watched) descriptors.push_back({descriptor, POLLIN, 0});
    for (Member& member : members_) {
        if (!member.running()) continue;
        descriptors.push_back({member.process().exit_descriptor(), POLLIN, 0});
        if (takes_lines() && !member.lines().ended())
            descriptors.push_back({member.lines().descriptor(), POLLIN, 0});
    }
    const int timeout = wait_max ? static_cast<int>(wait_max->count()) : -1;
    if (::poll(descriptors.data(), descriptors.size(), timeout) < 0 && errno != EINTR)
        throw contrail::servers::system_error("Cannot wait for the fleet");
    if (descriptors.front().revents != 0) output_.write_some();
}

bool Supervisor::takes_lines() const {
    // While the reader stalls, the programs wait, until they are to end: then what they still write is
    // dropped, for they could not end before they have written it.
    return stopping_ || !output_.full();
}

void Supervisor::pass_on_lines() {
    for (Member& member : members_) {
        if (!member.running() || !takes_lines()) continue;
        const std::string_view lines = member.lines().read();
        if (!output_.full()) output_.add(member.label(), lines);
    }
}

void Supervisor::bury_the_dead() {
    for (Member& member : members_) {
        if (!member.running() || !member.process().wait_for(0ms)) continue;
        for (std::string_view last; !(last = member.lines().read()).empty();)
            output_.add(member.label(), last);
        output_.add(member.label(), member.lines().rest());
        member.bury();
        if (!stopping_) {
            decide_on_restart(member);
        } else if (!member.last_status()->success()) {
            say(member, member.last_status()->to_string());
        }
    }
}

void Supervisor::decide_on_restart(Member& member) {
    const ExitStatus status = *member.last_status();
    if (status.has_code(contrail::cli::exit_person_needed)) {
        say(member, status.to_string() + "; starting it again would not help, so the fleet ends");
        stop_wanted_ = person_needed_ = true;
    } else if (!member.plan().once) {
        const Duration pause = member.start_again();
        say(member, status.to_string() + "; starting again in " + std::to_string(pause.count()) + " ms");
    } else if (!status.success()) {
        say(member, status.to_string());
    }
}

std::optional<ExitStatus> Supervisor::last_status(std::string_view name) const {
    const auto member = find(name);
    return member == members_.end() ? std::nullopt : member->last_status();
}

const Member::Plan& Supervisor::plan(std::string_view name) const {
    return find(name)->plan();
}

std::optional<pid_t> Supervisor::pid(std::string_view name) const {
    const auto member = find(name);
    return member->running() ? std::optional(member->process().pid()) : std::nullopt;
}

bool Supervisor::signal(std::string_view name, int number) {
    Member& member = members_[static_cast<std::size_t>(find(name) - members_.begin())];
    if (!member.running()) return false;
    member.process().signal(number);
    return true;
}

std::vector<Member>::const_iterator Supervisor::find(std::string_view name) const {
    return std::ranges::find(members_, name,
                             [](const Member& each) -> std::string_view { return each.plan().name; });
}

void Supervisor::stop() {
    stopping_ = true;
    for (std::size_t left = members_.size(); left > 0; --left)
        if (Member& member = members_[left - 1]; member.running()) end(member);
}

void Supervisor::end(Member& member) {
    member.process().signal(SIGTERM);
    const auto deadline = Member::Clock::now() + stop_patience;
    while (member.running() && Member::Clock::now() < deadline) turn(time_to(deadline));
    if (!member.running()) return;
    say(member, "does not end; killing it");
    member.process().signal(SIGKILL);
    while (member.running()) turn(std::nullopt);
}

void Supervisor::say(const Member& member, const std::string& text) {
    if (told_) told_(member.plan().name, text);
    output_.add(member.label(), text + '\n');
}

}  // namespace rocket_rides
