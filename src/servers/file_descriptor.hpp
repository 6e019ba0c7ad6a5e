#pragma once

#include <filesystem>

namespace contrail::servers {

/// Owns a file descriptor, and closes it.
class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int number) noexcept : number_(number) {}
    FileDescriptor(FileDescriptor&& other) noexcept : number_(other.release()) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept;
    ~FileDescriptor() { close(); }

    /// -1: none is open.
    [[nodiscard]] int get() const noexcept { return number_; }
    [[nodiscard]] int release() noexcept;
    void close() noexcept;

private:
    int number_ = -1;
};

struct Pipe {
    FileDescriptor read_end;
    FileDescriptor write_end;
};

/// Neither end passes to child processes, unless it is given to one as its output. Throws Error.
Pipe make_pipe();

/// Opens `file` for writing at its end; makes it if it is not there. Throws Error.
FileDescriptor open_for_append(const std::filesystem::path& file);

}  // namespace contrail::servers
