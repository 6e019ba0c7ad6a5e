#include "servers/temporary_directory.hpp"

#include <cstdlib>
#include <string>
#include <system_error>

#include "servers/system_error.hpp"

namespace contrail::servers {

TemporaryDirectory::TemporaryDirectory() {
    const char* parent = std::getenv("TMPDIR");
    std::string path =
        std::string(parent != nullptr && *parent != '\0' ? parent : "/tmp") + "/contrail-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) throw system_error("Cannot make a temporary folder " + path);
    path_ = path;
}

TemporaryDirectory::~TemporaryDirectory() {
    if (kept_) return;
    std::error_code what_cannot_be_removed_stays;
    std::filesystem::remove_all(path_, what_cannot_be_removed_stays);
}

}  // namespace contrail::servers
