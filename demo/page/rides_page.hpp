#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "contrail/settings.hpp"
#include "dashboard/dashboard.hpp"
#include "demo/page/fault_tracker.hpp"

namespace demo {

/// The page of a running demo: the log at work, the rides and the consumers' totals, and buttons that inject
/// faults.
///
/// Threads   begin() starts one, which ends with this object. All calls come from the thread that made it.
class RidesPage {
public:
    /// Listens. Without `port` it takes the usual one, or any free one if that is taken. Throws Error.
    explicit RidesPage(std::optional<std::uint16_t> port);

    [[nodiscard]] const std::string& address() const noexcept { return dashboard_.address(); }

    [[nodiscard]] std::uint16_t port() const noexcept { return dashboard_.port(); }

    /// Serves from now on, with a button for each of the `allowed` faults. Block the signals that another
    /// thread is to receive before this call.
    void begin(const contrail::Settings& settings, std::vector<std::string_view> allowed);

    /// The faults that the page requests.
    [[nodiscard]] FaultTracker& faults() noexcept { return faults_; }

    void tell(contrail::dashboard::Event event) { dashboard_.tell(std::move(event)); }
    void poll_now() { dashboard_.poll_now(); }

private:
    contrail::http::Response request_fault(std::string_view name,
                                           const std::vector<std::string_view>& allowed);

    FaultTracker faults_;
    contrail::dashboard::Dashboard dashboard_;
    std::jthread thread_;
};

}  // namespace demo
