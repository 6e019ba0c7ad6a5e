#pragma once

#include <string>
#include <vector>

#include "cli/command_help.hpp"

namespace contrail::cli {

struct ManualPage {
    std::string name;  ///< `contrail-consumer-reset.1`
    std::string text;  ///< In the language of man(7).
};

/// The pages of a program and of all commands below it.
std::vector<ManualPage> manual_pages(const CommandHelp& program);

}  // namespace contrail::cli
