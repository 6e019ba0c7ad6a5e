#include "demo/fleet/members.hpp"

#include <map>
#include <utility>

namespace rocket_rides {

namespace {

/// What the programs of the fleet find in their environment.
std::map<std::string, std::string> environment(const contrail::Settings& settings, std::uint16_t api_port) {
    return {{"DATABASE_URL", settings.database_url},
            {"REDIS_URL", settings.redis_url},
            {"STREAM_NAME", settings.stream_name},
            {"CONTRAIL_SCHEMA", settings.schema},
            {"REDIS_CA_FILE", settings.redis_ca_file},
            {"REDIS_CERT_FILE", settings.redis_cert_file},
            {"REDIS_KEY_FILE", settings.redis_key_file},
            {"REDIS_TLS_VERIFY", settings.redis_tls_verify ? "yes" : "no"},
            {"API_PORT", std::to_string(api_port)}};
}

}  // namespace

std::filesystem::path warehouse_file(const std::filesystem::path& data_dir) {
    return std::filesystem::absolute(data_dir / "warehouse.sqlite");
}

Member::Plan program(std::string name, const std::vector<std::string>& arguments,
                     const contrail::Settings& settings, std::uint16_t api_port) {
    Member::Plan plan{.name = std::move(name), .command = {}};
    // Resolved now: the programs shall go by their name, and not as /proc/self/exe, in a list of processes.
    plan.command.arguments = {std::filesystem::read_symlink("/proc/self/exe")};
    plan.command.arguments.insert(plan.command.arguments.end(), arguments.begin(), arguments.end());
    plan.command.environment = environment(settings, api_port);
    return plan;
}

std::vector<Member::Plan> fleet_members(const contrail::Settings& settings, const FleetOptions& options) {
    std::vector<Member::Plan> members;
    const auto add = [&](std::string_view name, const std::vector<std::string>& arguments) -> Member::Plan& {
        return members.emplace_back(program(std::string(name), arguments, settings, options.api_port));
    };
    const std::string crash = options.failures ? options.crash : "none";
    for (const std::string_view name : consumer_names)
        add(name, {"consumer", std::string(name), "--crash", crash}).dies_on_purpose = crash == "kill";
    add(warehouse_name, {"warehouse", "--file", warehouse_file(options.data_dir), "--crash", crash})
        .dies_on_purpose = crash == "kill";
    add("streamer", {"streamer", "--double-send-rate", options.failures ? "0.1" : "0"});
    add("api", {"api"});
    if (!options.simulator) return members;
    if (options.input.empty())
        add(simulator_name, {"simulator", "--mix", "create=90,update=8,delete=2"});
    else
        add(simulator_name, {"simulator", "--input", options.input}).once = true;
    return members;
}

}  // namespace rocket_rides
