#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "contrail/settings.hpp"
#include "dashboard/dashboard.hpp"
#include "demo/page/harm_case.hpp"

namespace rocket_rides {

/// The page of a running fleet: the log at work, the rides and the consumers' totals, and buttons that do
/// harm.
///
/// Threads   begin() starts one, which ends with this object. The rest is for the thread that made it.
class RidePage {
public:
    /// Listens. `port`: nothing takes the usual one, or any other if that is taken. Throws Error.
    explicit RidePage(std::optional<std::uint16_t> port);

    /// Where it will be.
    [[nodiscard]] const std::string& address() const noexcept { return dashboard_.address(); }

    [[nodiscard]] std::uint16_t port() const noexcept { return dashboard_.port(); }

    /// Serves from now on. `allowed`: the harm that may be done; if none, the page is read-only. Signals that
    /// another thread is to get must be blocked already.
    void begin(const contrail::Settings& settings, const std::vector<Harm>& allowed);

    /// What the page asks the fleet to do.
    [[nodiscard]] HarmCase& harm() noexcept { return harm_; }

    void tell(contrail::dashboard::Happening happening) { dashboard_.tell(std::move(happening)); }
    void look_now() { dashboard_.look_now(); }

private:
    contrail::http::Response ask_for(std::string_view id, const std::vector<Harm>& allowed);

    HarmCase harm_;
    contrail::dashboard::Dashboard dashboard_;
    std::jthread thread_;
};

}  // namespace rocket_rides
