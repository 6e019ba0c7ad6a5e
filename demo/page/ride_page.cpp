#include "demo/page/ride_page.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <nlohmann/json.hpp>

#include "contrail/component_log.hpp"
#include "dashboard/status_look.hpp"
#include "demo/page/ride_look.hpp"

namespace rocket_rides {

namespace {

using contrail::dashboard::Happening;
using contrail::http::error_response;
using contrail::http::Response;
using contrail::http::Status;
using Json = nlohmann::ordered_json;

std::string about(const contrail::Settings& settings, const std::vector<Harm>& allowed) {
    Json harm = Json::array();
    for (const Harm each : allowed)
        harm.push_back({{"id", words(each).id}, {"label", words(each).label}, {"does", words(each).does}});
    return Json{{"stream", settings.stream_name}, {"rides", true}, {"harm", std::move(harm)}}.dump();
}

}  // namespace

RidePage::RidePage(std::optional<std::uint16_t> port) : dashboard_(port, "--dashboard-port") {}

void RidePage::begin(const contrail::Settings& settings, const std::vector<Harm>& allowed) {
    dashboard_.set_about(about(settings, allowed));
    dashboard_.add(
        {.name = "harm", .act = [this, allowed](std::string_view id) { return ask_for(id, allowed); }});
    const auto status = std::make_shared<contrail::dashboard::StatusLook>(
        settings, [this](Happening happening) { tell(std::move(happening)); });
    dashboard_.add([status] { return status->look(); });
    const auto rides = std::make_shared<RideLook>(
        settings, harm_,
        [status](RideLook::Clock::time_point then) { return status->all_worked_since(then); },
        [this](std::string text) {
            tell({Happening::Kind::good, std::move(text)});
        });
    dashboard_.add([rides] { return rides->look(); });
    thread_ = std::jthread([this](const std::stop_token& stop) {
        try {
            dashboard_.run(stop);
        } catch (const std::exception& error) {
            contrail::ComponentLog("page").error("failed, and the fleet goes on without it: {error}",
                                                 {{"error", error.what()}});
        }
    });
}

Response RidePage::ask_for(std::string_view id, const std::vector<Harm>& allowed) {
    if (allowed.empty())
        return error_response(Status::forbidden, "This page only shows. Start with --allow-harm to do harm.");
    const std::optional<Harm> harm = harm_of(id);
    if (!harm || std::ranges::find(allowed, *harm) == allowed.end())
        return error_response(Status::not_found, "No such harm can be done here.");
    if (!harm_.ask(*harm))
        return error_response(Status::conflict,
                              "Wait until the fleet has recovered from what was done last.");
    return {.status = Status::accepted, .body = "{}"};
}

}  // namespace rocket_rides
