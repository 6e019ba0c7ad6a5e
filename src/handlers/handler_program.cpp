#include "handlers/handler_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "contrail/error.hpp"
#include "handlers/program_answer.hpp"
#include "servers/descriptors.hpp"
#include "servers/system_error.hpp"

namespace contrail::handlers {

namespace {

using servers::ExitStatus;
using std::chrono::milliseconds;

constexpr milliseconds patience_at_stop{5'000};
/// A program that closes its output is about to end, as a rule.
constexpr milliseconds end_wait_max{1'000};

servers::ChildProcess start(const std::vector<std::string>& words, int input, int output, int errors) {
    servers::Command command;
    command.arguments = words;
    command.standard_input = input;
    command.standard_output = output;
    command.standard_error = errors;
    command.if_not_found = "Give the path of a program, or a name that is in PATH.";
    return servers::ChildProcess(command);
}

}  // namespace

struct HandlerProgram::Pipes {
    servers::Pipe input = servers::make_pipe();
    servers::Pipe output = servers::make_pipe();
    servers::Pipe errors = servers::make_pipe();
};

HandlerProgram::HandlerProgram(const std::vector<std::string>& words, base::LineSink on_error_line)
    : HandlerProgram(words, std::move(on_error_line), Pipes{}) {}

HandlerProgram::HandlerProgram(const std::vector<std::string>& words, base::LineSink on_error_line,
                               Pipes pipes)
    : input_(std::move(pipes.input.write_end)),
      output_(std::move(pipes.output.read_end)),
      errors_(std::move(pipes.errors.read_end), std::move(on_error_line)),
      process_(start(words, pipes.input.read_end.get(), pipes.output.write_end.get(),
                     pipes.errors.write_end.get())),
      guard_(process_.pid()) {
    // Its own end of the pipe stays as programs expect it.
    if (::fcntl(input_.get(), F_SETFL, O_NONBLOCK) != 0)
        throw servers::system_error("Cannot make a pipe non-blocking");
}

HandlerProgram::~HandlerProgram() {
    try {
        end(patience_at_stop);
    } catch (const Error&) {
        // This process ignores SIGCHLD and so cannot wait. The program has its signals.
    }
}

std::string HandlerProgram::exchange(std::string_view batch, base::Deadline deadline) {
    require_silence();
    for (;;) {
        const bool has_ended = process_.has_ended();  // first: its last words may follow
        read_lines();
        // It may refuse a record before it has read the others. Only `ok` must wait for the last one.
        if (!lines_.empty() && !batch.empty() && !lines_.starts_with("refuse "))
            throw Error(Retry::call,
                        "wrote " + quoted_output(take_line()) + " before it had read the whole batch");
        // One that answers and ends has done its work.
        if (!lines_.empty() && batch.empty()) return take_line();
        if (has_ended || output_.ended()) throw_ended();
        if (!batch.empty()) write_some(batch);
        wait(!batch.empty(), deadline);
    }
}

/// A line that came late would be taken for the answer to the next batch.
void HandlerProgram::require_silence() {
    read_lines();
    if (lines_.empty()) return;
    throw Error(Retry::call, "wrote " + quoted_output(take_line()) + " while no batch waited for an answer");
}

std::string HandlerProgram::take_line() {
    const std::size_t length = lines_.find('\n');
    std::string line = lines_.substr(0, length);
    lines_.erase(0, length + 1);
    return line;
}

void HandlerProgram::write_some(std::string_view& rest) {
    const ssize_t written = ::write(input_.get(), rest.data(), rest.size());
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
    if (written < 0 && errno != EAGAIN && errno != EINTR) throw_ended();  // EPIPE
}

/// Until the program writes, or ends, or takes more input.
void HandlerProgram::wait(bool for_input, base::Deadline deadline) const {
    std::array<pollfd, 3> ready{{{output_.descriptor(), POLLIN, 0},
                                 {process_.exit_descriptor(), POLLIN, 0},
                                 {for_input ? input_.get() : -1, POLLOUT, 0}}};
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    const int count =
        ::poll(ready.data(), ready.size(), static_cast<int>(std::max(left, milliseconds(0)).count()));
    if (count == 0) throw Error(Retry::call, "did not answer in time");
}

void HandlerProgram::throw_ended() {
    if (!process_.has_ended(end_wait_max))
        throw Error(Retry::call, "closed its standard input or output before it answered");
    throw Error(Retry::call, end({}).to_string() + " before it answered");
}

ExitStatus HandlerProgram::end(milliseconds patience) {
    if (input_.get() < 0) return process_.wait();
    input_.close();
    static_cast<void>(process_.has_ended(patience));
    process_.end_group(patience);
    guard_.reset();
    return process_.wait();
}

}  // namespace contrail::handlers
