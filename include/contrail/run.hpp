#pragma once

#include <string>

#include "contrail/admin.hpp"
#include "contrail/at_least_once_consumer.hpp"
#include "contrail/consumer.hpp"
#include "contrail/log_writer.hpp"
#include "contrail/partitioned_consumer.hpp"
#include "contrail/postgres.hpp"
#include "contrail/retention.hpp"
#include "contrail/settings.hpp"
#include "contrail/streamer.hpp"

namespace CLI {
class App;
}

/// Streamers and consumers as whole programs: on PostgreSQL and Redis, until SIGINT or SIGTERM. What happens
/// goes to the program's log (see ComponentLog), and beside the log of records, for `contrail status`.
/// Metrics and health are served where AdminOptions say.
///
///     contrail::Program program("mailer", "Sends mails");
///     contrail::ConsumerProgramOptions options;
///     CLI::App* mail = program.command("mail", "Send a mail for each new ride", [&] {
///         contrail::run_consumer(program.require_servers(), contrail::ConsumerName("mailer"), handle,
///                                options);
///         return contrail::exit_success;
///     });
///     contrail::add_flags(*mail, options);
///     return program.main(argc, argv);
///
/// Needs contrail::program to be linked, beside contrail::contrail.
namespace contrail {

/// How run_consumer() works.
struct ConsumerProgramOptions {
    ConsumerOptions consumer;
    /// Folder of an archive that the consumer reads before the log; see Replay. Empty: none.
    std::string archive;
    AdminOptions admin;
    /// How many segments a new name begins with, and how many of a name's this process works on at most: see
    /// PartitionedConsumer. With neither, the process is an ordinary consumer.
    std::optional<std::uint32_t> segments{};
    std::optional<std::uint32_t> workers{};
};

/// A handler of a worker's own, and what prepares it; see ConsumerOptions::prepare.
struct WorkerHandler {
    Handler handler;
    std::function<void()> prepare{};
};
using MakeHandler = std::function<WorkerHandler(Segment segment)>;

/// `handler` as a Consumer takes it: its effects happen beside the transaction, at least once.
Handler beside_the_transaction(IdempotentHandler handler);

/// Declares the flags --from, --archive, --on-refusal, --batch-records-max, --admin-port and others on `command`.
/// Parsing writes their values into `options`, which must live until then.
void add_flags(CLI::App& command, ConsumerProgramOptions& options);

/// The same for an Admin of a program's own.
void add_flags(CLI::App& command, AdminOptions& options);

/// Declares the flags --segments and --workers, for a program whose handler may work on several segments at once.
void add_partition_flags(CLI::App& command, ConsumerProgramOptions& options);

/// Runs a Consumer, or a PartitionedConsumer if the options say so: then workers call the handler at once from their
/// threads. Call it before other threads start: it takes over the signals of the process. Throws what run() of the
/// consumer throws.
void run_consumer(const Settings& settings, const ConsumerName& name, const Handler& handler,
                  const ConsumerProgramOptions& options = {});

/// The same for an AtLeastOnceConsumer.
void run_consumer(const Settings& settings, const ConsumerName& name, const IdempotentHandler& handler,
                  const ConsumerProgramOptions& options = {});

/// The same with a handler for each worker, for handlers that are not thread-safe. Its prepare() replaces that of the
/// options.
void run_consumer(const Settings& settings, const ConsumerName& name, const MakeHandler& make_handler,
                  const ConsumerProgramOptions& options = {});

/// How run_streamer() works.
struct StreamerProgramOptions {
    Streamer::Options streamer;
    Retention::Options retention;
    SegmentLimits segments;
    AdminOptions admin;
    /// How often the streamer publishes its status, beside each change; see streamer_status().
    Clock::Duration status_every{1'000};
};

/// As add_flags() of a consumer.
void add_flags(CLI::App& command, StreamerProgramOptions& options);

/// Runs a Streamer, and Retention beside it on a thread of its own: what `contrail stream` does. Call it
/// before other threads start. Throws what Streamer::run() throws.
void run_streamer(const Settings& settings, const StreamerProgramOptions& options = {});

/// The same, except that the streamer writes to `log`: to redis_log(settings) with something in between.
void run_streamer(const Settings& settings, LogWriter& log, const StreamerProgramOptions& options = {});

}  // namespace contrail
