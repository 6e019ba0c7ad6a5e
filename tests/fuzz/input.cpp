#include "fuzz/input.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include "core/require.hpp"

namespace contrail::fuzz {

File::File(std::string_view content) : memory_(::memfd_create("input", MFD_CLOEXEC)) {
    require(memory_.get() >= 0, "the kernel gives a file in memory");
    const ssize_t written = ::write(memory_.get(), content.data(), content.size());
    require(written == static_cast<ssize_t>(content.size()), "a file in memory takes its content");
}

}  // namespace contrail::fuzz
