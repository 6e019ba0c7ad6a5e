#pragma once

#include <filesystem>

namespace contrail::servers {

/// A new, empty folder under $TMPDIR (else /tmp), which only this user may enter. The destructor removes
/// it with all that is in it, as far as it can.
class TemporaryDirectory {
public:
    /// Throws Error if the folder cannot be made.
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace contrail::servers
