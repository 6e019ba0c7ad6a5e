#pragma once

#include <filesystem>

#include "base/line_sink.hpp"

namespace demo {

constexpr auto default_data_dir = ".rocket-rides";

/// Creates the folder for all data, for this user alone, and its parents.
///
/// Root's servers run as another user, who must be able to enter every folder above their data. If that user
/// may not enter the working folder, as in /root, `.rocket-rides` becomes a link to a folder in /var/lib;
/// `log` receives a line about it. Any other folder stays as chosen, and the servers refuse it.
///
/// Throws Error.
void create_data_folder(const std::filesystem::path& data_dir, const contrail::base::LineSink& log);

}  // namespace demo
