#include "demo/up/data_folder.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "servers/folder.hpp"
#include "servers/unprivileged_user.hpp"

namespace demo {

namespace {

namespace fs = std::filesystem;

/// The folder in /var/lib/rocket-rides that stands for `folder`, named after the checkout that holds it.
fs::path place_below_var(const fs::path& folder) {
    std::string name = folder.parent_path().relative_path().native();
    std::ranges::replace(name, '/', '-');
    return fs::path("/var/lib/rocket-rides") / name;
}

}  // namespace

void create_data_folder(const fs::path& data_dir, const contrail::base::LineSink& log) {
    using namespace contrail::servers;
    const auto user = unprivileged_user();
    const auto group = user ? std::optional(user->gid) : std::nullopt;
    const fs::path folder = fs::absolute(data_dir).lexically_normal();
    if (user && data_dir == default_data_dir && !fs::exists(fs::symlink_status(folder))) {
        if (const auto closed = closed_folder(*user, folder)) {
            const fs::path place = place_below_var(folder);
            fs::create_directory_symlink(place, folder);
            log("the data are in " + place.string() + ", because the user " + user->name +
                ", who runs the servers, may not enter " + closed->string());
        }
    }
    create_folders(fs::is_symlink(folder) ? fs::read_symlink(folder) : folder, group);
}

}  // namespace demo
