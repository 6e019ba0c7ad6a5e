#include <list>
#include <memory>

#include "cli/run_streams.hpp"
#include "command.hpp"
#include "contrail/run.hpp"

namespace contrail::app {

void add_stream_command(Program& program) {
    const auto options = std::make_shared<StreamerProgramOptions>();
    const auto streams = std::make_shared<std::list<cli::NamedStream>>();
    CLI::App* command =
        program.command("stream",
                        "Move staged records from the outbox into the log, and drop there what no "
                        "consumer needs any more",
                        [&program, options, streams]() -> int {
                            if (!streams->empty()) return cli::run_streams(*streams, options->admin);
                            run_streamer(program.require_servers(), *options);
                            return cli::exit_success;
                        });
    add_flags(*command, *options);
    program.sections(*command, [&program, options, streams](CLI::App& section) {
        cli::NamedStream& stream = streams->emplace_back(section.get_name(), program.settings(),
                                                         cli::options_of_one_of_many(*options));
        stream.settings.stream_name = stream.name;
        cli::add_section_options(section, stream);
    });
}

}  // namespace contrail::app
