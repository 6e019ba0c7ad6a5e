#include "cli/config_file.hpp"
#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"

namespace contrail::fuzz {

void settings(std::string_view input) {
    CLI::App app("", "fuzz");
    std::string text;
    int number = 0;
    app.add_option("--stream-name", text);
    CLI::App& stream = *app.add_subcommand("stream", "");
    stream.add_option("--append-records-max", number)->check(CLI::PositiveNumber);
    try {
        cli::read_config_file(app, File(input).path());
    } catch (const CLI::Error&) {
    }
}

}  // namespace contrail::fuzz
