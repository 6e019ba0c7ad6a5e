#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "servers/folder.hpp"

namespace contrail::servers {

/// The log file of a server program, and what the program has written since this object was created.
class ServerLog {
public:
    /// `log` in the folder. Throws Error.
    explicit ServerLog(const Folder& folder);

    [[nodiscard]] int descriptor() const noexcept { return end_.get(); }

    /// "Its log, /data/log, ends with:" and at most 10 lines; or that it wrote nothing.
    [[nodiscard]] std::string ending() const;

private:
    std::filesystem::path file_;
    FileDescriptor end_;
    std::size_t length_before_;
};

}  // namespace contrail::servers
