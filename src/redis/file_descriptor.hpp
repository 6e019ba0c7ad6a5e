#pragma once

#include <chrono>
#include <utility>

namespace contrail::redis {

/// The moment at which a wait gives up.
using Deadline = std::chrono::steady_clock::time_point;

/// An open file descriptor; closed at the end of its life.
class FileDescriptor {
public:
    explicit FileDescriptor(int number) noexcept : number_(number) {}
    FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&&) = delete;
    ~FileDescriptor();

    [[nodiscard]] int number() const noexcept { return number_; }

    /// Waits until one of poll(2)'s `events` is there, or an error or the end. False: the deadline passed.
    [[nodiscard]] bool wait(short events, Deadline deadline) const;

private:
    int number_;
};

}  // namespace contrail::redis
