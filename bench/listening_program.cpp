#include "bench/listening_program.hpp"

#include <unistd.h>

#include <array>
#include <utility>

#include "contrail/error.hpp"

namespace contrail::bench {

ListeningProgram::ListeningProgram(servers::Command command, std::string_view before_port)
    : name_(command.arguments.front()),
      process_(start(std::move(command))) {
    output_.write_end.close();
    while (port_ == 0) read_port(before_port);
}

servers::ChildProcess ListeningProgram::start(servers::Command command) const {
    command.standard_error = output_.write_end.get();
    return servers::ChildProcess(command);
}

void ListeningProgram::read_port(std::string_view before_port) {
    std::array<char, 512> buffer{};
    const ssize_t received = ::read(output_.read_end.get(), buffer.data(), buffer.size());
    if (received <= 0)
        throw Error(Retry::never,
                    "Cannot measure " + name_ + ": it did not listen, and printed " + output_text_);
    output_text_.append(buffer.data(), static_cast<std::size_t>(received));
    const auto at = output_text_.find(before_port);
    if (at != std::string::npos && output_text_.find('\n', at) != std::string::npos)
        port_ = static_cast<std::uint16_t>(std::stoi(output_text_.substr(at + before_port.size())));
}

}  // namespace contrail::bench
