#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace contrail::cli {

/// What is wrong with a command line, in a sentence, and where to read on. `app` is the program that could not
/// parse it.
std::string usage_error(const CLI::App& app, const CLI::Error& error);

}  // namespace contrail::cli
