#include "demo/supervisor/programs.hpp"

#include <map>
#include <utility>

namespace demo {

namespace {

std::map<std::string, std::string> environment(const contrail::Settings& settings, std::uint16_t api_port) {
    return {{"DATABASE_URL", settings.database_url},
            {"LOG_URL", settings.log_url},
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

ProgramSpec rocket_rides_program(std::string name, const std::vector<std::string>& arguments,
                                 const contrail::Settings& settings, std::uint16_t api_port) {
    ProgramSpec spec{.name = std::move(name), .command = {}};
    // Resolved here: a list of processes then shows the program's name instead of /proc/self/exe.
    spec.command.arguments = {std::filesystem::read_symlink("/proc/self/exe")};
    spec.command.arguments.insert(spec.command.arguments.end(), arguments.begin(), arguments.end());
    spec.command.environment = environment(settings, api_port);
    return spec;
}

}  // namespace demo
