#pragma once

#include <CLI/CLI.hpp>
#include <list>
#include <string>

#include "contrail/admin.hpp"
#include "contrail/run.hpp"
#include "contrail/settings.hpp"

namespace contrail::cli {

/// A stream of several that one process serves: a section `[stream.NAME]` of the configuration file.
struct NamedStream {
    std::string name;
    Settings settings;
    StreamerProgramOptions options;  ///< Without those of the admin server, which all streams share.
};

/// `options` for one of several streams: while it is idle it asks its servers less often, because so do many others. A
/// record is as soon in the log as otherwise; a log that was lost is noticed, and emptied behind its consumers, a few
/// seconds later.
StreamerProgramOptions options_of_one_of_many(StreamerProgramOptions options);

/// Declares on `section` what it may say of a stream. Parsing writes into `stream`, which must live until then.
void add_section_options(CLI::App& section, NamedStream& stream);

/// Streams them all, each on threads of its own, until SIGINT or SIGTERM. One that fails does not stop the others: what
/// a Streamer throws is logged, and the stream begins anew after a pause, which grows. Call it before other threads
/// start.
///
/// Returns the exit status of the process: exit_success if, in the end, no stream was halted; else
/// exit_person_needed, or exit_failure if starting again may help. Throws Error (Retry::never) if a stream names no
/// database or no log, or the admin server's port is taken.
int run_streams(const std::list<NamedStream>& streams, const AdminOptions& admin);

}  // namespace contrail::cli
