#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

#include "archive/folder.hpp"

namespace contrail::simulation {

/// The folder of a history's archive, in memory where the machine allows: a disk would cost most of the time.
class ArchiveFolder {
public:
    explicit ArchiveFolder(const archive::Identity& identity) : path_(make()), folder_(path_) {
        if (!folder_.found(identity)) throw std::runtime_error("a new folder holds no archive");
    }
    ArchiveFolder(const ArchiveFolder&) = delete;
    ArchiveFolder& operator=(const ArchiveFolder&) = delete;
    ~ArchiveFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const archive::Folder& folder() const { return folder_; }

private:
    static std::filesystem::path make() {
        const std::filesystem::path memory = "/dev/shm";
        const auto parent =
            std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
        std::string name = parent / "contrail-simulation-XXXXXX";
        if (mkdtemp(name.data()) == nullptr)
            throw std::system_error(errno, std::generic_category(), "Cannot make a folder for the archive");
        return name;
    }

    std::filesystem::path path_;
    archive::Folder folder_;
};

}  // namespace contrail::simulation
