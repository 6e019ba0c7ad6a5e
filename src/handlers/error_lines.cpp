#include "handlers/error_lines.hpp"

#include <poll.h>

#include <array>
#include <utility>

namespace contrail::handlers {

ErrorLines::ErrorLines(servers::FileDescriptor pipe, base::LineSink sink)
    : source_(std::move(pipe)),
      sink_(std::move(sink)),
      thread_([this] { run(); }) {}

ErrorLines::~ErrorLines() {
    stop_.write_end.close();
    thread_.join();
}

void ErrorLines::run() {
    std::array<pollfd, 2> ready{{{source_.descriptor(), POLLIN, 0}, {stop_.read_end.get(), POLLIN, 0}}};
    while (!source_.ended()) {
        const bool stopped = ::poll(ready.data(), ready.size(), -1) > 0 && ready[1].revents != 0;
        pass_on(source_.read());
        // A process that left the program's group may have the pipe open for ever. One read empties it.
        if (stopped) break;
    }
    pass_on(source_.rest());
}

void ErrorLines::pass_on(std::string_view lines) {
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        if (end > 0) sink_(lines.substr(0, end));
        lines.remove_prefix(end + 1);
    }
}

}  // namespace contrail::handlers
