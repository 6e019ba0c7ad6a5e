#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "contrail/settings.hpp"
#include "demo/fleet/admin_sockets.hpp"
#include "demo/fleet/completion.hpp"
#include "demo/fleet/harm_doer.hpp"
#include "demo/fleet/members.hpp"
#include "demo/fleet/output.hpp"
#include "demo/fleet/private_servers.hpp"
#include "demo/fleet/supervisor.hpp"
#include "demo/page/ride_page.hpp"

namespace rocket_rides {

/// All programs of Rocket Rides at once, and the servers they need. One run() per process, on its main
/// thread, before there is another.
class Fleet {
public:
    Fleet(contrail::Settings settings, FleetOptions options);

    /// Runs until a signal asks for the end, a program needs a person, or everything is done that was asked
    /// for. Leaves no process behind. Returns the exit status. Throws contrail::Error.
    int run();

private:
    [[nodiscard]] Label label(std::string_view name) const;
    [[nodiscard]] std::vector<Member> members();
    void announce_page();
    void say(std::string_view who, const std::string& what);
    void add(std::string_view who, const std::string& what);
    void tell(std::string_view who, const std::string& what);
    [[nodiscard]] std::vector<Harm> allowed_harm(const PrivateServers& servers) const;
    void supervise(Supervisor& supervisor, PrivateServers& servers, HarmDoer& harm_doer,
                   Completion& completion);
    int conclude(const Supervisor& supervisor, const std::optional<Report>& report);

    contrail::Settings settings_;
    FleetOptions options_;
    bool coloured_;
    Output output_;
    AdminSockets admin_sockets_;
    RidePage page_;
};

}  // namespace rocket_rides
