#include "redis/sentinels.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace contrail::redis {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Endpoint endpoint_of(const Endpoint& log, const Sentinels& sentinels, const LogUrl::Host& host) {
    Endpoint sentinel;
    sentinel.host = host.name;
    sentinel.port = host.port.value_or(usual_sentinel_port);
    sentinel.user = sentinels.user;
    sentinel.password = sentinels.password;
    if (sentinels.tls) sentinel.tls = log.tls;
    return sentinel;
}

SentinelAnswer ask(const Endpoint& log, const Sentinels& sentinels, const LogUrl::Host& host,
                   milliseconds time_max) {
    SentinelAnswer answer{.sentinel = host};
    try {
        Connection sentinel(endpoint_of(log, sentinels, host), {.connect = time_max, .reply = time_max});
        sentinel.open();
        const auto fields = sentinel.ask("SENTINEL", "MASTER", sentinels.master).elements;
        for (std::size_t i = 0; i + 1 < fields.size(); i += 2)
            answer.fields.emplace(fields[i].text, fields[i + 1].text);
    } catch (const Error& error) {
        answer.failure = error;
    }
    return answer;
}

/// No sentinel has answered. To ask again helps if it may help with one of them.
Error no_answer(const std::vector<SentinelAnswer>& answers) {
    Retry retry = Retry::never;
    std::string message = "could not be found:";
    for (const SentinelAnswer& answer : answers) {
        if (answer.failure->retry() != Retry::never) retry = Retry::call;
        message += ' ' + failure_text(answer);
    }
    return {retry, message};
}

SentinelAnswer latest(std::vector<SentinelAnswer> answers) {
    std::vector<SentinelAnswer> given;
    std::ranges::copy_if(answers, std::back_inserter(given),
                         [](const SentinelAnswer& answer) { return !answer.failure; });
    if (given.empty()) throw no_answer(answers);
    return *std::ranges::max_element(given, {},
                                     [](const auto& answer) { return answer.number("config-epoch"); });
}

/// Also the user of a consumer has the right to INFO, which ROLE would be one more than.
void require_master(Connection& server) {
    const std::string_view info = server.ask("INFO", "replication").text;
    if (info.find("role:master") == std::string_view::npos)
        throw Error(Retry::call,
                    "is no master, though the sentinels name it: a fail-over is under way. If this "
                    "lasts, read the sentinels' logs.");
}

}  // namespace

std::string SentinelAnswer::text(std::string_view field) const {
    const auto found = fields.find(field);
    return found == fields.end() ? "" : found->second;
}

std::uint64_t SentinelAnswer::number(std::string_view field) const {
    const std::string digits = text(field);
    std::uint64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

std::string failure_text(const SentinelAnswer& answer) {
    return "The sentinel at " + hosts_text({answer.sentinel}, usual_sentinel_port) + ' ' +
           answer.failure->what();
}

std::vector<SentinelAnswer> ask_sentinels(const Endpoint& log, milliseconds time_max) {
    const auto& sentinels = std::get<Sentinels>(log.found_by);
    const base::Deadline deadline = steady_clock::now() + time_max;
    auto left = static_cast<int>(sentinels.hosts.size());
    std::vector<SentinelAnswer> answers;
    for (const LogUrl::Host& host : sentinels.hosts)
        answers.push_back(ask(log, sentinels, host, remaining(deadline) / left--));
    return answers;
}

Connection connect_to_master(const Endpoint& log, Timeouts timeouts) {
    const base::Deadline deadline = steady_clock::now() + timeouts.connect;
    const SentinelAnswer answer = latest(ask_sentinels(log, timeouts.connect / 2));
    Endpoint server = log.server(answer.text("ip"), static_cast<std::uint16_t>(answer.number("port")));
    Connection master(std::move(server), {.connect = remaining(deadline), .reply = timeouts.reply});
    master.open();
    require_master(master);
    return master;
}

}  // namespace contrail::redis
