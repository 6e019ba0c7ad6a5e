#include "postgres/wakeups.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <memory>

#include "base/file_descriptor.hpp"
#include "postgres/schema.hpp"

namespace contrail::postgres {

namespace {

/// How long a rest is announced for. A streamer that rests on announces it again after half of that.
constexpr std::chrono::seconds announced_for{60};

// Without the right to announce it (roles from before an upgrade), on a standby, and where transactions can be prepared
// for two-phase commit, there is no rest.
constexpr auto channel_text = R"(
    SELECT 'contrail_streamer_' || rests_until::oid,
           has_sequence_privilege(rests_until, 'UPDATE') AND NOT pg_is_in_recovery()
           AND current_setting('max_prepared_transactions') = '0'
    FROM (SELECT $name$@schema@.streamer_rests_until$name$::regclass) AS own (rests_until))";

// Lost with a server, an announcement does no harm. So it waits neither for the disk nor for a standby.
constexpr auto set_text = R"(
    SELECT set_config('synchronous_commit', 'off', true),
           setval($name$@schema@.streamer_rests_until$name$, CASE WHEN $1::bigint = 0 THEN 0
               ELSE floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint + $1 END))";

constexpr auto barrier_text = "SELECT pg_current_xact_id()";

}  // namespace

Wakeups::Wakeups(Connection& connection, std::string_view quoted_schema)
    : connection_(connection),
      channel_{"channel", {"read how producers wake the streamer"}, in_schema(channel_text, quoted_schema)},
      set_{"rest", {"tell producers whether the streamer rests"}, in_schema(set_text, quoted_schema)},
      barrier_{"barrier", {"take a transaction id"}, barrier_text} {}

void Wakeups::session_began() noexcept {
    can_rest_.reset();
    announced_until_ = Time{};
}

void Wakeups::poll_begins() noexcept {
    take_notifications();
}

void Wakeups::staged(double transactions) {
    const Time now = std::chrono::steady_clock::now();
    rate_.add(transactions, now);
    if (!announced_until_ || !rate_.is_busy(now) || !can_rest()) return;
    connection_.execute(set_, {"0"});
    announced_until_.reset();
}

bool Wakeups::may_rest(const Snapshot& polled_to) {
    const Time now = std::chrono::steady_clock::now();
    if (rate_.is_busy(now)) return false;
    if (!can_rest()) return false;
    if (!announced_until_ || *announced_until_ - now < announced_for / 2) announce(now);
    return polled_to.xmin >= announced_before_;
}

/// Listens, the first time in a session, if it can.
bool Wakeups::can_rest() {
    if (can_rest_) return *can_rest_;
    const Result channel = connection_.execute(channel_);
    const bool can = channel.boolean(0, 1);
    if (can) connection_.run({"listen for wakeups"}, "LISTEN " + std::string(channel.text(0, 0)));
    can_rest_ = can;
    return can;
}

void Wakeups::announce(Time now) {
    const bool is_known = announced_until_ && *announced_until_ > now;
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(announced_for).count();
    connection_.execute(set_, {std::to_string(milliseconds)});
    announced_until_ = now + announced_for;
    if (!is_known)
        announced_before_ = static_cast<std::uint64_t>(connection_.execute(barrier_).integer(0, 0));
}

bool Wakeups::wait(std::chrono::milliseconds wait_max, const std::stop_token& stop) {
    const Deadline deadline = std::chrono::steady_clock::now() + wait_max;
    const base::FileDescriptor stopped(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    const std::stop_callback on_stop(stop, [&] { ::eventfd_write(stopped.get(), 1); });
    std::array<pollfd, 2> polled{{{PQsocket(connection_.native()), POLLIN, 0}, {stopped.get(), POLLIN, 0}}};
    while (!take_notifications()) {
        const auto left = std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left <= Milliseconds(0)) return false;
        const int ready = ::poll(polled.data(), polled.size(), static_cast<int>(left.count()));
        if (ready > 0 && (polled[1].revents != 0 || PQconsumeInput(connection_.native()) == 0)) return false;
    }
    return true;
}

/// True if there were any.
bool Wakeups::take_notifications() noexcept {
    bool any = false;
    while (const std::unique_ptr<PGnotify, decltype(&PQfreemem)> notification{
        PQnotifies(connection_.native()), &PQfreemem})
        any = true;
    return any;
}

}  // namespace contrail::postgres
