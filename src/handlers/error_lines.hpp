#pragma once

#include <thread>

#include "base/line_sink.hpp"
#include "servers/descriptors.hpp"
#include "servers/line_source.hpp"

namespace contrail::handlers {

/// Passes what a program writes to its standard error on, line by line, from a thread of its own: between two batches
/// no other thread listens, and a program whose pipe is full stands still.
class ErrorLines {
public:
    /// `sink` is called on that thread.
    ErrorLines(servers::FileDescriptor pipe, base::LineSink sink);
    ErrorLines(const ErrorLines&) = delete;
    ErrorLines& operator=(const ErrorLines&) = delete;
    /// Passes on what is in the pipe, and ends the thread.
    ~ErrorLines();

private:
    void run();
    void pass_on(std::string_view lines);

    servers::LineSource source_;
    base::LineSink sink_;
    servers::Pipe stop_ = servers::make_pipe();  ///< Closed at one end: stop.
    std::thread thread_;
};

}  // namespace contrail::handlers
