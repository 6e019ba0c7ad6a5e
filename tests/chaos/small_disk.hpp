#pragma once

#include <filesystem>
#include <string>

namespace rocket_rides::chaos {

/// Gives this process, and those that it starts from now on, mounts of their own, which nobody else sees and
/// which are gone with the last of these processes. To be called while the process has one thread. Returns
/// why that was not possible; empty if it was. (Only root may.)
std::string have_own_mounts();

/// A disk in memory under the folder of a server, which can be made full; there must be own mounts. What the
/// server logs is kept beside the folder, in `<folder>.log`, and so outlives it.
class SmallDisk {
public:
    /// Mounts over `folder`, which must not be there yet. Throws Error.
    explicit SmallDisk(std::filesystem::path folder);

    /// Leaves no byte free. Throws Error.
    void fill();
    /// Makes room again. Throws Error.
    void relieve();

private:
    [[nodiscard]] int mount(unsigned long flags, const std::string& size) const;

    std::filesystem::path folder_;
};

}  // namespace rocket_rides::chaos
