#include "servers/descriptors.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "servers/system_error.hpp"

namespace contrail::servers {

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw system_error("Cannot make a pipe");
    return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

FileDescriptor open_for_append(const std::filesystem::path& file) {
    const int number = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (number < 0) throw system_error("Cannot open " + file.string() + " for writing");
    return FileDescriptor(number);
}

}  // namespace contrail::servers
