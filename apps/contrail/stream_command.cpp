#include <memory>

#include "command.hpp"
#include "contrail/run.hpp"

namespace contrail::app {

void add_stream_command(Program& program) {
    const auto options = std::make_shared<StreamerProgramOptions>();
    CLI::App* command =
        program.command("stream",
                        "Move staged records from the outbox into the log, and drop there what no "
                        "consumer needs any more",
                        [&program, options] {
                            run_streamer(program.require_servers(), *options);
                            return cli::exit_success;
                        });
    add_flags(*command, *options);
}

}  // namespace contrail::app
