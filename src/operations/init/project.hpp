#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "contrail/settings.hpp"

namespace contrail::operations::init {

/// What starts a project's streamer.
enum class Supervisor { systemd, compose };

/// A file of a project that begins to use Contrail.
struct ProjectFile {
    std::string name;
    std::string text;
    bool secret = false;  ///< It holds URLs: only its owner may read it.
};

/// A configuration in which every value is explained, the streamer's environment, and a unit of systemd or a service
/// of Compose.
std::vector<ProjectFile> project_files(const Settings& settings, Supervisor supervisor);

/// The next three commands: they start the streamer, stage a record, and show it in the log. `folder` holds the files.
std::vector<std::string> next_commands(const std::filesystem::path& folder, const Settings& settings,
                                       Supervisor supervisor);

/// Writes the file into `folder`. Returns false, and leaves what is there, if the folder has something of that name.
/// Throws Error (Retry::never), and leaves no part of a file, if it cannot write.
bool write_new(const std::filesystem::path& folder, const ProjectFile& file);

}  // namespace contrail::operations::init
