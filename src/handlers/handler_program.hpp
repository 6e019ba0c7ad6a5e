#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/line_sink.hpp"
#include "handlers/error_lines.hpp"
#include "servers/child_process.hpp"
#include "servers/group_guard.hpp"
#include "servers/line_source.hpp"

namespace contrail::handlers {

/// A running program that handles batches: it reads each from its standard input, and writes a line that answers it to
/// its standard output.
///
/// The program has a process group of its own. It gets SIGKILL when this process dies, as does all that it has started
/// and that is still in its group.
///
/// Threads  Not thread-safe. Construct it on a thread that outlives it; see ChildProcess.
class HandlerProgram {
public:
    /// Starts the program of these words. `on_error_line` is called with each line of its standard error, on another
    /// thread. Throws Error (Retry::never) if the program cannot start.
    HandlerProgram(const std::vector<std::string>& words, base::LineSink on_error_line);
    HandlerProgram(const HandlerProgram&) = delete;
    HandlerProgram& operator=(const HandlerProgram&) = delete;
    /// Ends the program as end() does, with five seconds of patience.
    ~HandlerProgram();

    [[nodiscard]] bool has_ended() const { return process_.has_ended(); }

    /// Writes `batch`, and returns the line that answers it, without a line end. Throws Error (Retry::call), whose
    /// message begins with what the program did, as in "exited with status 1": the program is then of no more use.
    std::string exchange(std::string_view batch, base::Deadline deadline);

    /// Closes its standard input, and lets it end by itself for `patience`. Then SIGTERM to its group, and SIGKILL
    /// to what is left after as long again.
    servers::ExitStatus end(std::chrono::milliseconds patience);

private:
    struct Pipes;
    HandlerProgram(const std::vector<std::string>& words, base::LineSink on_error_line, Pipes pipes);

    void require_silence();
    void read_lines() { lines_ += output_.read(); }
    std::string take_line();
    void write_some(std::string_view& rest);
    void wait(bool for_input, base::Deadline deadline) const;
    [[noreturn]] void throw_ended();

    servers::FileDescriptor input_;
    servers::LineSource output_;
    std::string lines_;  ///< Whole lines of its output that nothing has taken yet.
    ErrorLines errors_;
    servers::ChildProcess process_;
    std::optional<servers::GroupGuard> guard_;  ///< As long as the process has not been waited for.
};

}  // namespace contrail::handlers
