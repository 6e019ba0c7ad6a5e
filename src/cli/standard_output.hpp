#pragma once

#include <mutex>
#include <streambuf>
#include <string>

namespace contrail::cli {

/// Takes what std::cout writes while this object lives, and remembers the first failure: a full disk, a pipe
/// whose reader has ended. A command may ignore failures, or end early once `!std::cout`. At its end the program
/// asks failure(), so no command reports success for output that was lost.
///
/// Threads  std::cout may be used from several threads, as before.
class StandardOutput : private std::streambuf {
public:
    StandardOutput();
    StandardOutput(const StandardOutput&) = delete;
    StandardOutput& operator=(const StandardOutput&) = delete;
    ~StandardOutput() override;

    /// Writes what waits, stdio's output included. Returns the errno of the first write that failed, now or
    /// before; 0 if none failed.
    int failure();

private:
    int_type overflow(int_type character) override;
    std::streamsize xsputn(const char* text, std::streamsize length) override;
    int sync() override;
    /// Call with the lock held. False if the output has failed.
    bool write_waiting();

    std::streambuf* const before_;
    std::mutex mutex_;  ///< Guards what follows.
    std::string waiting_;
    int error_ = 0;
    const bool on_terminal_;
};

}  // namespace contrail::cli
