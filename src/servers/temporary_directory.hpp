#pragma once

#include <filesystem>

namespace contrail::servers {

/// A new, empty folder under $TMPDIR (else /tmp), which only this user may enter. The destructor removes
/// it with all that is in it, as far as it can, unless it is to be kept.
class TemporaryDirectory {
public:
    /// Throws Error if the folder cannot be made.
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    /// Leaves the folder to whoever wants to look into it.
    void keep() noexcept { kept_ = true; }

private:
    std::filesystem::path path_;
    bool kept_ = false;
};

}  // namespace contrail::servers
