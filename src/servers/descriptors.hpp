#pragma once

#include <filesystem>

#include "base/file_descriptor.hpp"

namespace contrail::servers {

using base::FileDescriptor;

struct Pipe {
    FileDescriptor read_end;
    FileDescriptor write_end;
};

/// Child processes inherit neither end, unless a Command names one as their output. Throws Error.
Pipe make_pipe();

/// Opens `file` to append to it, and creates it if it does not exist, for its owner alone. Throws Error.
FileDescriptor open_for_append(const std::filesystem::path& file);

}  // namespace contrail::servers
