#pragma once

#include <filesystem>

namespace contrail::servers {

/// A new, empty folder under $TMPDIR (else /tmp). Only this user may list it or write into it. If this user
/// is root, others may pass through it: the servers of root run as another user. The destructor removes the
/// folder with its content, as far as it can, unless keep() was called.
class TemporaryDirectory {
public:
    /// Throws Error if it cannot create the folder.
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    /// Keeps the folder and its content.
    void keep() noexcept { kept_ = true; }

private:
    std::filesystem::path path_;
    bool kept_ = false;
};

}  // namespace contrail::servers
