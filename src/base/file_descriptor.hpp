#pragma once

#include <chrono>

namespace contrail::base {

/// The moment at which a wait gives up.
using Deadline = std::chrono::steady_clock::time_point;

/// Owns an open file descriptor and closes it.
class FileDescriptor {
public:
    /// Owns none.
    FileDescriptor() = default;
    explicit FileDescriptor(int number) noexcept : number_(number) {}
    FileDescriptor(FileDescriptor&& other) noexcept : number_(other.release()) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept;
    ~FileDescriptor() { close(); }

    /// Negative if none is open.
    [[nodiscard]] int get() const noexcept { return number_; }
    /// Leaves the descriptor to the caller.
    [[nodiscard]] int release() noexcept;
    void close() noexcept;

    /// Waits for one of poll(2)'s `events`, an error, or the end of the stream. Returns false if the deadline
    /// passes first. Throws Error (Retry::call).
    [[nodiscard]] bool wait(short events, Deadline deadline) const;

private:
    int number_ = -1;
};

}  // namespace contrail::base
