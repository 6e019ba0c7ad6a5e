#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace contrail::test {

std::string content_of(const std::filesystem::path& file);

/// The C++ sources of the programs: those under include, src and apps.
std::vector<std::filesystem::path> program_sources();

/// A token of a C++ source.
struct Token {
    bool literal = false;  ///< A string or a character.
    std::string text;      ///< Unescaped, if it is a literal.
};

/// The tokens of a C++ source, in order, without comments and directives. Raw strings are tokens, but no
/// literals: they hold SQL and Lua here, and no messages.
std::vector<Token> tokens_of(std::string_view source);

/// The string literals in a C++ source, in order, unescaped, without characters. Those
/// that stand next to each other are one, as for the compiler.
std::vector<std::string> literals_in(std::string_view source);

}  // namespace contrail::test
