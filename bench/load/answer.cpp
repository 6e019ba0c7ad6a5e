#include "bench/load/answer.hpp"

#include <nlohmann/json.hpp>

namespace contrail::load {

namespace {

constexpr unsigned ok = 200;
constexpr unsigned created = 201;
constexpr unsigned service_unavailable = 503;

/// True if the API itself does not know whether it did what the request asks.
bool says_in_doubt(const Answer& answer) {
    const auto body = nlohmann::json::parse(answer.text, nullptr, false);
    return body.is_object() && body.contains("in_doubt");
}

}  // namespace

Fate fate(RideRequest::Action action, const Answer& answer) {
    switch (answer.kind) {
        case Answer::Kind::not_sent:
            return Fate::not_taken;
        case Answer::Kind::lost:
            return Fate::in_doubt;
        case Answer::Kind::response:
            break;
    }
    const unsigned success = action == RideRequest::Action::create ? created : ok;
    if (answer.status == success) return Fate::accepted;
    if (answer.status != service_unavailable) return Fate::refused;
    return says_in_doubt(answer) ? Fate::in_doubt : Fate::not_taken;
}

}  // namespace contrail::load
