#pragma once

#include <optional>
#include <string_view>

namespace rocket_rides {

/// What the page can do to a running fleet.
enum class Harm { kill_consumer, kill_streamer, send_twice, wipe_redis, stop_postgres };

/// What people and the page call it.
struct HarmWords {
    Harm harm;
    std::string_view id;     ///< In POST /harm/<id>.
    std::string_view label;  ///< On its button.
    std::string_view does;   ///< What that means, in a few words.
};

constexpr HarmWords all_harm[] = {
    {Harm::wipe_redis, "wipe-redis", "Wipe Redis", "FLUSHALL. The whole log is gone."},
    {Harm::kill_consumer, "kill-consumer", "Kill a consumer", "SIGKILL, before it can save anything."},
    {Harm::kill_streamer, "kill-streamer", "Kill the streamer", "SIGKILL. Records pile up in the outbox."},
    {Harm::send_twice, "send-twice", "Send a batch twice", "The log has to refuse the repeat."},
    {Harm::stop_postgres, "stop-postgres", "Stop Postgres for 5 s", "Like a crash. Nobody can commit."},
};

constexpr const HarmWords& words(Harm harm) {
    for (const HarmWords& each : all_harm)
        if (each.harm == harm) return each;
    return all_harm[0];
}

constexpr std::optional<Harm> harm_of(std::string_view id) {
    for (const HarmWords& each : all_harm)
        if (each.id == id) return each.harm;
    return std::nullopt;
}

}  // namespace rocket_rides
