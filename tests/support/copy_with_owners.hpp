#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace contrail::test {

/// Copies a folder as an administrator would, with owners and rights: a server's files stay its own. `to` must not
/// exist.
inline void copy_with_owners(const std::filesystem::path& from, const std::filesystem::path& to) {
    const std::string command = "cp -a '" + from.string() + "' '" + to.string() + "'";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

}  // namespace contrail::test
