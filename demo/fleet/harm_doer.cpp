#include "demo/fleet/harm_doer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "contrail/error.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "demo/fleet/members.hpp"
#include "redis/command.hpp"
#include "redis/connection.hpp"

namespace rocket_rides {

namespace {

using namespace std::chrono_literals;
using contrail::Batch;
using contrail::Error;
using contrail::Outbox;
using contrail::Record;
using contrail::RecordId;
using contrail::Retry;

constexpr auto postgres_stays_down = 5s;
constexpr auto harm_look_every = 20ms;  // whether a harm is over; less than anybody could notice

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t place = digits.size(); place > 3; place -= 3) digits.insert(place - 3, 1, ',');
    return digits;
}

/// The id of the record before a batch.
RecordId id_before(Outbox& outbox, const Batch& batch) {
    const contrail::Offset before = batch.first.previous();
    if (before == contrail::Offset{}) return {};
    const std::optional<Batch> held = outbox.find(before);
    return {held.value_or(outbox.base()).sealed_ms, before};
}

std::uint64_t records_held(Outbox& outbox) {
    return outbox.newest().last->value - outbox.base().last->value;
}

}  // namespace

HarmDoer::HarmDoer(const contrail::Settings& settings, Supervisor& supervisor, PrivateServers& servers,
                   HarmCase& harm)
    : settings_(settings),
      supervisor_(supervisor),
      servers_(servers),
      harm_(harm) {}

std::optional<std::string> HarmDoer::turn() {
    look_whether_over();
    const std::optional<Harm> asked = harm_.take();
    if (!asked) return std::nullopt;
    then_ = "All are level";
    is_over_ = [] { return true; };
    std::string told;
    try {
        told = strike(*asked);
        harm_.struck(told, then_);
    } catch (const Error& error) {
        told = error.what();
        harm_.failed(told);
        is_over_ = nullptr;
    }
    look_whether_over();
    return told;
}

std::optional<HarmDoer::Duration> HarmDoer::pause() const {
    if (!is_over_) return std::nullopt;
    return harm_look_every;
}

void HarmDoer::look_whether_over() {
    if (let_go_due_ && Clock::now() >= *let_go_due_) {
        let_go_due_.reset();
        servers_.let_go("postgres");
    }
    if (!is_over_ || !is_over_()) return;
    is_over_ = nullptr;
    harm_.over();
}

std::string HarmDoer::strike(Harm harm) {
    switch (harm) {
        case Harm::kill_consumer:
            return kill(consumer_names[consumers_killed_++ % std::size(consumer_names)]);
        case Harm::kill_streamer:
            return kill("streamer");
        case Harm::send_twice:
            return send_twice();
        case Harm::wipe_redis:
            return wipe_redis();
        case Harm::stop_postgres:
            return stop_postgres();
    }
    return {};
}

std::string HarmDoer::kill(std::string_view member) {
    const std::optional<pid_t> killed = supervisor_.pid(member);
    if (!supervisor_.signal(member, SIGKILL))
        throw Error(Retry::call, fmt::format("{} does not run just now. Try again.", member));
    then_ = fmt::format("{} was started again, and all are level", member);
    is_over_ = [this, member, killed] {
        const std::optional<pid_t> now = supervisor_.pid(member);
        return now && now != killed;
    };
    return fmt::format("SIGKILL to {}.", member);
}

std::string HarmDoer::send_twice() {
    const auto outbox = contrail::postgres_outbox(settings_);
    const Batch batch = outbox->newest();
    if (batch.last == outbox->base().last)
        throw Error(Retry::call, "There is no batch in the outbox that could be sent twice. Wait for rides.");
    const RecordId before = id_before(*outbox, batch);
    std::vector<Record> records;
    outbox->read(batch, batch.first)->read(records, {});
    // As a streamer that crashed between sending and noting that it sent, or that froze and woke up.
    const auto log = contrail::redis_log(settings_);
    log->append_begin(before, records);
    const RecordId head = log->append_end();
    return fmt::format(
        "Sent the last batch ({} records, up to offset {}) a second time; the log refused it: its "
        "head is {} already.",
        records.size(), grouped(records.back().id.offset.value), head.to_string());
}

std::string HarmDoer::wipe_redis() {
    const std::uint64_t held = records_held(*contrail::postgres_outbox(settings_));
    contrail::redis::Connection redis(contrail::redis::endpoint_of(settings_), {});
    redis.open();
    contrail::redis::add_command(redis.commands(), "FLUSHALL");
    redis.send();
    if (const auto& reply = redis.receive(0ms); reply.is_error())
        throw Error(Retry::call, "Redis refused FLUSHALL: " + std::string(reply.text));
    then_ =
        fmt::format("All {} records that the outbox holds were sent again, and all are level", grouped(held));
    return "Wiped Redis (FLUSHALL): the log is empty.";
}

std::string HarmDoer::stop_postgres() {
    auto& postgres = servers_.postgres();
    const pid_t stopped = postgres.process().pid();
    servers_.hold("postgres");
    postgres.process().signal(SIGQUIT);
    let_go_due_ = Clock::now() + postgres_stays_down;
    then_ = "Postgres was started again, and all are level";
    is_over_ = [this, &postgres, stopped] {
        return !let_go_due_ && postgres.process().pid() != stopped && postgres.running();
    };
    return "Stopped Postgres for 5 s, at once, as a crash would: nobody can commit.";
}

}  // namespace rocket_rides
