#include "servers/temporary_directory.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <system_error>

#include "servers/system_error.hpp"

namespace contrail::servers {

TemporaryDirectory::TemporaryDirectory() {
    const char* parent = std::getenv("TMPDIR");
    std::string path =
        std::string(parent != nullptr && *parent != '\0' ? parent : "/tmp") + "/contrail-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) throw system_error("Cannot create a temporary folder " + path);
    if (::geteuid() == 0 && ::chmod(path.c_str(), 0711) != 0) throw system_error("Cannot open up " + path);
    path_ = path;
}

TemporaryDirectory::~TemporaryDirectory() {
    if (kept_) return;
    std::error_code stays_if_in_use;
    std::filesystem::remove_all(path_, stays_if_in_use);
}

}  // namespace contrail::servers
