#pragma once

#include "contrail/admin.hpp"
#include "contrail/at_least_once_consumer.hpp"
#include "contrail/consumer.hpp"
#include "contrail/log_writer.hpp"
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
    AdminOptions admin;
};

/// Declares the flags --from, --on-refusal, --batch-records-max, --admin-port and others on `command`.
/// Parsing writes their values into `options`, which must live until then.
void add_flags(CLI::App& command, ConsumerProgramOptions& options);

/// The same for an Admin of a program's own.
void add_flags(CLI::App& command, AdminOptions& options);

/// Runs a Consumer. Call it before other threads start: it takes over the signals of the process. Throws what
/// Consumer::run() throws.
void run_consumer(const Settings& settings, const ConsumerName& name, const Handler& handler,
                  const ConsumerProgramOptions& options = {});

/// The same for an AtLeastOnceConsumer.
void run_consumer(const Settings& settings, const ConsumerName& name, const IdempotentHandler& handler,
                  const ConsumerProgramOptions& options = {});

/// How run_streamer() works.
struct StreamerProgramOptions {
    Streamer::Options streamer;
    Retention::Options retention;
    SegmentLimits segments;
    AdminOptions admin;
};

/// As add_flags() of a consumer.
void add_flags(CLI::App& command, StreamerProgramOptions& options);

/// Runs a Streamer, and Retention beside it on a thread of its own: what `contrail stream` does. Call it
/// before other threads start. Throws what Streamer::run() throws.
void run_streamer(const Settings& settings, const StreamerProgramOptions& options = {});

/// The same, except that the streamer writes to `log`: to redis_log(settings) with something in between.
void run_streamer(const Settings& settings, LogWriter& log, const StreamerProgramOptions& options = {});

}  // namespace contrail
