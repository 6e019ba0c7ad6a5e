#include "demo/page/rides_page.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "contrail/component_log.hpp"
#include "dashboard/status_poll.hpp"
#include "demo/page/fault_buttons.hpp"
#include "demo/page/rides_poll.hpp"
#include "demo_page_embedded.hpp"

namespace demo {

namespace {

using contrail::dashboard::Event;
using contrail::dashboard::StatusPoll;
using contrail::http::error_response;
using contrail::http::Response;
using contrail::http::Status;

std::string about(const contrail::Settings& settings, const std::vector<std::string_view>& allowed) {
    auto faults = nlohmann::ordered_json::array();
    for (const std::string_view name : allowed)
        faults.push_back(
            {{"name", name}, {"label", button_of(name)->label}, {"does", button_of(name)->does}});
    return nlohmann::ordered_json{
        {"stream", settings.stream_name}, {"extension", "rides.js"}, {"faults", std::move(faults)}}
        .dump();
}

}  // namespace

RidesPage::RidesPage(std::optional<std::uint16_t> port) : dashboard_(port, "--dashboard-port") {
    for (const EmbeddedFile& file : embedded_files) dashboard_.add_file(file.name, file.text);
}

void RidesPage::begin(const contrail::Settings& settings, std::vector<std::string_view> allowed) {
    dashboard_.set_about(about(settings, allowed));
    dashboard_.add({.name = "faults", .act = [this, allowed = std::move(allowed)](std::string_view name) {
                        return request_fault(name, allowed);
                    }});
    const auto status =
        std::make_shared<StatusPoll>(settings, [this](Event event) { tell(std::move(event)); });
    dashboard_.add([status] { return status->poll(); });
    const auto rides = std::make_shared<RidesPoll>(
        settings, faults_,
        [status](RidesPoll::Clock::time_point then) { return status->all_worked_since(then); },
        [this](std::string_view recovery) {
            tell({Event::Kind::good, std::string(recovery)});
        });
    dashboard_.add([rides] { return rides->poll(); });
    thread_ = std::jthread([this](const std::stop_token& stop) {
        try {
            dashboard_.run(stop);
        } catch (const std::exception& error) {
            contrail::ComponentLog("page").error(
                "the page failed, and the programs run on without it: {error}", {{"error", error.what()}});
        }
    });
}

Response RidesPage::request_fault(std::string_view name, const std::vector<std::string_view>& allowed) {
    if (allowed.empty())
        return error_response(
            Status::forbidden,
            "This page is read-only. Restart the demo with --allow-faults to inject faults.");
    if (std::ranges::find(allowed, name) == allowed.end())
        return error_response(Status::not_found, "This page has no such fault.");
    if (!faults_.request(std::string(name)))
        return error_response(Status::conflict, "Wait until the system has recovered from the last fault.");
    return {.status = Status::accepted, .body = "{}"};
}

}  // namespace demo
