#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "archive/archive_checkpoints.hpp"
#include "archive/archive_writer.hpp"
#include "archive/open.hpp"
#include "archive/verify.hpp"
#include "base/utc.hpp"
#include "cli/consumer_options.hpp"
#include "cli/event_log.hpp"
#include "cli/streamer_options.hpp"
#include "command.hpp"
#include "contrail/admin.hpp"
#include "contrail/fan_out.hpp"
#include "contrail/open_log.hpp"
#include "contrail/published_status.hpp"
#include "contrail/run.hpp"
#include "contrail/signals.hpp"
#include "contrail/text_table.hpp"
#include "operations/units.hpp"

namespace contrail::app {

namespace {

enum class Action { write, verify, list };

struct ArchiveFlags {
    Action action = Action::write;
    bool json = false;
    std::string folder;
    std::string name = "archive";
    archive::FileLimits limits;
    ConsumerOptions consumer;
    AdminOptions admin;
};

/// Nothing if `stop` is requested before.
std::optional<base::FileDescriptor> wait_for_lock(const archive::Folder& folder, const std::stop_token& stop,
                                                  const ConsumerOptions& options,
                                                  const OnConsumerEvent& on_event) {
    auto lock = folder.lock();
    if (!lock) on_event(consumer_event::Overtaken{});
    while (!lock && !stop.stop_requested()) {
        system_clock().wait(options.stand_by_wait, stop);
        lock = folder.lock();
    }
    return lock;
}

int write(const Settings& settings, const ArchiveFlags& flags) {
    const auto stop = stop_on_signals();  // first: it blocks the signals for threads to come
    const ConsumerName name(flags.name);
    const archive::Folder folder(flags.folder);
    const auto log = open_log(settings);
    Admin admin(settings, flags.admin);
    const auto on_event = fan_out<ConsumerEvent>(
        {cli::consumer_log(name), consumer_status(settings, name, &cli::log_status_failure)});

    archive::ArchiveWriter writer(folder, flags.limits, system_clock());
    archive::ArchiveCheckpoints checkpoints(writer);
    archive::ArchivedPositions positions(*log, writer);
    ConsumerOptions options = flags.consumer;
    options.prepare = [&] { archive::open_for(StreamName(settings.stream_name), *log, name, folder); };
    const IdempotentHandler handler = [&](std::span<const Record> records) { writer.append(records); };
    auto consumer = admin.watch(name, positions, checkpoints, handler, options, on_event);
    admin.serve();

    const auto lock = wait_for_lock(folder, stop, options, on_event);
    if (!lock) return cli::exit_success;
    consumer.run(stop);
    if (writer.complete()) {
        log->report_position(name, writer.durable_to().value());
        log->head();  // which sends the report
    }
    return cli::exit_success;
}

std::string describe(const archive::Verified& verified) {
    std::string text = operations::records_text(verified.records);
    if (verified.files == 0) return text;
    text += ", " + verified.first.to_string() + " to " + verified.last.to_string();
    text +=
        ", in " + operations::count_text(verified.files) + (verified.files == 1 ? " file of " : " files of ");
    return text + operations::bytes_text(verified.bytes) + " (" +
           operations::bytes_text(verified.content_bytes) + " uncompressed)";
}

int verify(const std::string& path) {
    const auto print = [](const std::string& line) { std::cout << line << '\n'; };
    const auto verified = archive::verify(archive::Folder(path), print);
    print(describe(verified));
    if (verified.flaws > 0) {
        print("the archive is damaged");
        return cli::exit_failure;
    }
    print("the archive is whole: every record is there once, in order, and every checksum is right");
    return cli::exit_success;
}

nlohmann::ordered_json json_of(const archive::File& file) {
    const archive::Trailer& trailer = file.trailer;
    return {{"file", file.path.filename().string()},
            {"first_id", trailer.first.to_string()},
            {"last_id", trailer.last.to_string()},
            {"records", trailer.records()},
            {"bytes", std::filesystem::file_size(file.path)},
            {"content_bytes", trailer.content_bytes},
            {"sha256_before_trailer", trailer.sha256}};
}

int list(const std::string& path, bool json) {
    const archive::Folder folder(path);
    TextTable table({{"file"},
                     {"records", TextTable::Align::right},
                     {"size", TextTable::Align::right},
                     {"first sealed at"},
                     {"last record"}});
    for (const archive::File& file : folder.contents().files) {
        if (json) {
            std::cout << json_of(file).dump() << '\n';
            continue;
        }
        const archive::Trailer& trailer = file.trailer;
        table.add({file.path.filename(), operations::count_text(trailer.records()),
                   operations::bytes_text(std::filesystem::file_size(file.path)),
                   base::utc_text_ms(trailer.first.sealed_ms), trailer.last.to_string()});
    }
    if (!json) std::cout << table.take_lines();
    return cli::exit_success;
}

void add_flags(CLI::App& command, ArchiveFlags& flags) {
    command.add_option("--dir", flags.folder, "Folder of the archive; created if it is not there")
        ->envname("ARCHIVE_DIR");
    command.add_option("--name", flags.name, "The consumer's name")->capture_default_str();
    cli::add_starting_place(
        command, [&flags](const StartingPlace& place) { flags.consumer.start = place; },
        "Where a new archive begins: ")
        ->default_str("earliest");
    command
        .add_option("--file-max-bytes", flags.limits.bytes_max, "Size on disk at which a file is complete")
        ->transform(CLI::AsSizeValue(false))
        ->check(CLI::PositiveNumber)
        ->default_str("64MiB");
    cli::add_duration(
        command, "--file-max-age", [&flags](std::chrono::seconds age) { flags.limits.age_max = age; },
        "Time after which it is, however small. Until then the log keeps its records")
        ->default_str("5m");
    contrail::add_flags(command, flags.admin);
}

CLI::App& add_action(CLI::App& command, ArchiveFlags& flags, Action action, const std::string& name,
                     const std::string& description) {
    CLI::App* const subcommand = command.add_subcommand(name, description);
    // It runs before the callback of `archive` itself.
    subcommand->callback([&flags, action] { flags.action = action; });
    subcommand->add_option("DIR", flags.folder, "Folder of the archive")->required();
    return *subcommand;
}

int run(const Program& program, const ArchiveFlags& flags) {
    if (flags.action == Action::verify) return verify(flags.folder);
    if (flags.action == Action::list) return list(flags.folder, flags.json);
    if (!flags.folder.empty()) return write(program.require_log(), flags);
    const std::string why = "Cannot archive the log without a folder. Give --dir DIR, or set ARCHIVE_DIR.";
    std::cerr << "contrail: " << why << '\n';
    return cli::exit_usage;
}

}  // namespace

void add_archive_command(Program& program) {
    const auto flags = std::make_shared<ArchiveFlags>();
    CLI::App* const command = program.command(
        "archive", "Write the log into compressed files of JSON lines, and keep every record for good",
        [&program, flags] { return run(program, *flags); });
    add_flags(*command, *flags);
    add_action(*command, *flags, Action::verify, "verify",
               "Read every file of an archive: checksums, order, and that no record is missing");
    add_action(*command, *flags, Action::list, "list", "Show the files of an archive")
        .add_flag("--json", flags->json, "Print a JSON object for each file");
}

}  // namespace contrail::app
