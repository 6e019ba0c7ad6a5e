#include "cli/run_streams.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

#include "cli/event_log.hpp"
#include "cli/run_stream.hpp"
#include "cli/server_options.hpp"
#include "cli/stream_state.hpp"
#include "cli/streamer_options.hpp"
#include "contrail/component_log.hpp"
#include "contrail/open_log.hpp"
#include "contrail/program.hpp"
#include "contrail/signals.hpp"
#include "core/backoff.hpp"
#include "logging/line_formatter.hpp"

namespace contrail::cli {

namespace {

using namespace std::chrono_literals;

/// An operator who has corrected what halted a stream waits at most for the longest pause.
constexpr RetryPolicy begin_anew{.wait_min = 1s, .wait_max = 60s};

constexpr Clock::Duration idle_ask_every = 5s;

/// A stream takes about ten descriptors, and the usual limit is 1,024: for programs that use select(), as none of
/// Contrail's libraries does. A limit that cannot be raised shows as a failure to connect.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void require_servers(const NamedStream& stream) {
    const auto require = [&](const std::string& url, const std::string& what, const std::string& key) {
        if (url.empty())
            throw Error(Retry::never, "No " + what + " is named for stream '" + stream.name + "'. Give " +
                                          key + " in section [stream." + stream.name +
                                          "] of the configuration file.");
    };
    require(stream.settings.database_url, "database", "database-url");
    require(stream.settings.log_url, "log", "log-url");
}

/// A stream, and what the process tells of it.
class RunningStream {
public:
    explicit RunningStream(const NamedStream& stream)
        : stream_(stream),
          admin_(stream.name, stream.settings) {}

    void add_to(metrics::AdminServer& server, metrics::Registry& registry) {
        registry.add(admin_.registry());
        const auto failure = [this] { return state_.failure(); };
        admin_.add_to(server, {.name = stream_.name, .excuse = failure});
        server.add(metrics::ReadinessCheck{.name = stream_.name, .failure = failure});
    }

    void start() {
        thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
    }
    void request_stop() { thread_.request_stop(); }

    [[nodiscard]] int exit_status() const {
        const auto halted_with = state_.halted_with();
        if (!halted_with) return exit_success;
        return *halted_with == Retry::never ? exit_person_needed : exit_failure;
    }

    void join() { thread_.join(); }

private:
    void work(const std::stop_token& stop) {
        const logging::LineContextScope of_stream({.stream = stream_.name});
        log_unchecked_certificate("streamer", stream_.settings);
        Backoff backoff(begin_anew);
        while (!stop.stop_requested()) {
            try {
                const auto log = open_log(stream_.settings);
                run_stream(stream_.settings, *log, stream_.options, admin_, stop,
                           [&](const StreamerEvent& event) { on_event(event, backoff); });
                return;
            } catch (const Error& error) {
                halted(error, backoff.next(), stop);
            } catch (const std::exception& error) {
                halted(Error(Retry::call, std::string("unexpected failure: ") + error.what()), backoff.next(),
                       stop);
            }
        }
    }

    void on_event(const StreamerEvent& event, Backoff& backoff) {
        state_.on_event(event);
        const bool works = std::holds_alternative<streamer_event::BatchAppended>(event) ||
                           std::holds_alternative<streamer_event::Waiting>(event);
        if (works) backoff.reset();
    }

    void halted(const Error& error, Clock::Duration pause, const std::stop_token& stop) {
        state_.halted(error);
        admin_.streamer().on_event(streamer_event::Halted{error});
        ComponentLog("streamer")
            .error("this stream halts, and the others go on; it begins anew in {pause_ms} ms: {error}",
                   {{"pause_ms", pause.count()}, {"error", error.what()}});
        system_clock().wait(pause, stop);
    }

    const NamedStream& stream_;
    StreamAdmin admin_;
    StreamState state_;
    std::jthread thread_;  ///< Last: it uses the others.
};

}  // namespace

StreamerProgramOptions options_of_one_of_many(StreamerProgramOptions options) {
    options.streamer.rest_max = idle_ask_every;
    options.streamer.head_check_every = idle_ask_every;
    options.streamer.stand_by_wait = 2s;
    options.retention.idle_ask_every = idle_ask_every;
    options.status_every = 2s;
    return options;
}

void add_section_options(CLI::App& section, NamedStream& stream) {
    add_section_server_options(section, stream.settings);
    add_stream_options(section, stream.options);
}

int run_streams(const std::list<NamedStream>& streams, const AdminOptions& admin) {
    const auto stop = stop_on_signals();  // first: it blocks the signals for threads to come
    raise_descriptor_limit();
    for (const NamedStream& stream : streams) require_servers(stream);

    metrics::Registry registry({});
    std::list<RunningStream> running;
    metrics::AdminServer server(admin, registry);
    for (const NamedStream& stream : streams) running.emplace_back(stream).add_to(server, registry);
    server.serve();
    for (RunningStream& stream : running) stream.start();
    const std::stop_callback on_signal(stop, [&] {
        for (RunningStream& stream : running) stream.request_stop();
    });

    int status = exit_success;
    for (RunningStream& stream : running) {
        stream.join();
        status = std::max(status, stream.exit_status());
    }
    return status;
}

}  // namespace contrail::cli
