#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "servers/descriptors.hpp"

namespace contrail::servers {

/// The file to which a server program writes, and what it has written since this object was made.
class ServerLog {
public:
    /// Throws Error.
    explicit ServerLog(std::filesystem::path file);

    [[nodiscard]] int descriptor() const noexcept { return end_.get(); }

    /// "… Its log, /data/log, ends with:" and at most 10 lines; or that it wrote nothing.
    [[nodiscard]] std::string ending() const;

private:
    std::filesystem::path file_;
    FileDescriptor end_;
    std::size_t length_before_;
};

}  // namespace contrail::servers
