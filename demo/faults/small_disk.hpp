#pragma once

#include <filesystem>
#include <string>

namespace demo {

/// Gives this process, and those that it starts from now on, private mounts. No other process sees them, and
/// they go with the last of these processes. Call it while the process has one thread. Only root may. Returns
/// why it failed; empty if it succeeded.
std::string use_private_mounts();

/// A disk in memory for the data of a server, which can be filled up. Needs use_private_mounts().
class SmallDisk {
public:
    /// Mounts over `folder`, which must not exist yet. Throws Error.
    explicit SmallDisk(std::filesystem::path folder);

    /// Leaves no byte free. Throws Error.
    void fill();
    /// Makes room again. Throws Error.
    void relieve();

private:
    [[nodiscard]] int mount(unsigned long flags, const std::string& size) const;

    std::filesystem::path folder_;
};

}  // namespace demo
