#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace contrail::test {

std::string content_of(const std::filesystem::path& file);

/// The C++ sources of the programs: those under src and apps.
std::vector<std::filesystem::path> program_sources();

/// The string literals in a C++ source, in order, unescaped. Those that stand next to each other are one, as
/// for the compiler.
std::vector<std::string> literals_in(std::string_view source);

}  // namespace contrail::test
