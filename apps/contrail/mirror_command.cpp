#include <memory>

#include "command.hpp"
#include "contrail/component_log.hpp"
#include "contrail/mirror.hpp"
#include "contrail/open_log.hpp"
#include "contrail/signals.hpp"
#include "logs/logs.hpp"

namespace contrail::app {

namespace {

constexpr ComponentLog program_log("mirror");

struct MirrorFlags {
    std::string from;
    std::string to;
    std::string to_stream;
    std::string name = "mirror";
};

Settings settings_at(const Settings& settings, const std::string& url, const std::string& stream) {
    Settings changed = settings;
    if (!url.empty()) changed.log_url = url;
    if (!stream.empty()) changed.stream_name = stream;
    return changed;
}

/// Which copy this is. It must not change while the mirror's name is noted beside the source.
ConsumerOwner owner_of(const Settings& copy) {
    constexpr std::size_t bytes_max = 100;
    const std::string place = logs::name(copy) + '/' + copy.stream_name;
    return {.id = ("mirror:" + place).substr(0, bytes_max), .name = "the copy at " + place};
}

int run(const Settings& settings, const MirrorFlags& flags) {
    const Settings from = settings_at(settings, flags.from, "");
    const Settings to = settings_at(settings, flags.to, flags.to_stream);
    if (logs::name(from) == logs::name(to) && from.stream_name == to.stream_name)
        throw Error(Retry::never,
                    "The copy would be the log itself. Name another server with --to, or another log with "
                    "--to-stream-name.");
    const auto stop = stop_on_signals();
    const auto source = open_log(from);
    const auto copy = open_log(to);
    Mirror mirror(ConsumerName(flags.name), owner_of(to), *source, *copy, system_clock());
    const std::string source_name = logs::name(from);
    const std::string copy_name = logs::name(to);
    program_log.info("copying {from} to {to}", {{"from", source_name}, {"to", copy_name}});
    mirror.run(stop, [](const Error& error, Clock::Duration pause) {
        program_log.warn("waiting {pause_ms} ms: {error}",
                         {{"pause_ms", pause.count()}, {"error", error.what()}});
    });
    return cli::exit_success;
}

}  // namespace

void add_mirror_command(Program& program) {
    const auto flags = std::make_shared<MirrorFlags>();
    CLI::App* command = program.command(
        "mirror", "Keep an exact copy of the log on another server, or in another kind of log",
        [&program, flags] {
            return run(flags->from.empty() ? program.require_log() : program.settings(), *flags);
        });
    command->add_option("--from", flags->from, "URL of the log to copy; without it, that of --log-url");
    command->add_option("--to", flags->to, "URL of the copy")->required();
    command->add_option("--to-stream-name", flags->to_stream,
                        "Name of the copy; without it, that of the log");
    command->add_option("--name", flags->name, "The mirror's name among the consumers of the log")
        ->capture_default_str();
}

}  // namespace contrail::app
