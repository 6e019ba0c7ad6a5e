#pragma once

#include <map>
#include <string>

#include "contrail/settings.hpp"
#include "servers/command.hpp"
#include "servers/exit_status.hpp"

namespace contrail::test {

/// A shell that runs `line`, with the programs of this build in its PATH and `settings` in its environment.
servers::Command shell(const std::string& line, const Settings& settings = {},
                       const std::map<std::string, std::string>& environment = {});

struct Ended {
    servers::ExitStatus status;
    std::string output;
    std::string errors;
};

/// Runs `line` as above to its end.
Ended run_program(const std::string& line, const Settings& settings = {},
                  const std::map<std::string, std::string>& environment = {});

}  // namespace contrail::test
