#include "core/environment_value.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "base/byte_order_mark.hpp"
#include "base/text.hpp"
#include "contrail/error.hpp"

namespace contrail {

namespace {

/// Far more than any secret has. A device such as /dev/zero never ends.
constexpr std::size_t file_bytes_max = 1 << 16;

std::string value_of(const std::string& variable) {
    const char* const text = std::getenv(variable.c_str());
    return std::string(base::trimmed(text == nullptr ? "" : text));
}

}  // namespace

std::string secret_in_file(const std::string& file, const std::string& named_by) {
    errno = 0;
    std::ifstream stream(file);
    std::string text(file_bytes_max, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    // A folder opens as a file does, and reads as an empty one.
    std::error_code ignored;
    const int error = std::filesystem::is_directory(file, ignored) ? EISDIR : stream.is_open() ? 0 : errno;
    const std::string content(base::trimmed(base::without_byte_order_mark(text)));
    if (error == 0 && !content.empty()) return content;
    throw Error(Retry::never, "Cannot read the file " + file + ", which " + named_by + " names: " +
                                  (error == 0 ? "it is empty" : std::generic_category().message(error)) +
                                  ". Correct the name, the file or its rights.");
}

std::string environment_value(const std::string& variable) {
    std::string value = value_of(variable);
    if (!variable.ends_with("_URL")) return value;
    const std::string file_variable = variable + "_FILE";
    const std::string file = value_of(file_variable);
    if (file.empty()) return value;
    if (!value.empty())
        throw Error(Retry::never, variable + " and " + file_variable +
                                      " are both set in the environment. Unset one of them.");
    return secret_in_file(file, file_variable);
}

}  // namespace contrail
