#include <string>

#include "core/require.hpp"
#include "fuzz/targets.hpp"
#include "status/program_status.hpp"

namespace contrail::fuzz {

namespace {

std::optional<status::ProgramStatus> written_and_read(const status::ProgramStatus& status) {
    const auto [before, after] = to_text(status);
    return status::parse_program_status(before + std::to_string(status.at_ms) + after);
}

}  // namespace

void statuses(std::string_view input) {
    const auto status = status::parse_program_status(input);
    if (!status) return;
    // A status of another program may hold what ours never writes, such as the time of an error that is
    // missing.
    const auto once = written_and_read(*status);
    require(once.has_value(), "a status is read again");
    require(written_and_read(*once) == once, "a status is read as it was written");
}

}  // namespace contrail::fuzz
