#include "operations/doctor/redis_cli.hpp"

namespace contrail::operations::doctor {

namespace {

void add_option(std::string& command, std::string_view option, const std::string& value) {
    if (!value.empty()) command.append(" ").append(option).append(" ").append(value);
}

}  // namespace

RedisCli::RedisCli(const redis::Endpoint& endpoint)
    : program_("redis-cli"),
      user_(endpoint.user.empty() ? "default" : endpoint.user) {
    if (endpoint.socket_path.empty()) {
        add_option(program_, "-h", endpoint.host);
        add_option(program_, "-p", std::to_string(endpoint.port));
    }
    add_option(program_, "-s", endpoint.socket_path);
    if (endpoint.database != 0) add_option(program_, "-n", std::to_string(endpoint.database));
    if (endpoint.tls) {
        program_ += " --tls";
        add_option(program_, "--cacert", endpoint.tls->ca_file);
        add_option(program_, "--cert", endpoint.tls->cert_file);
        add_option(program_, "--key", endpoint.tls->key_file);
    }
    add_option(program_, "--user", endpoint.user);
    if (endpoint.password) program_ += " --askpass";
}

std::string RedisCli::operator()(std::string_view command) const {
    return program_ + ' ' + std::string(command);
}

std::vector<std::string> RedisCli::config_set(std::string_view setting) const {
    std::vector<std::string> commands{(*this)("CONFIG SET " + std::string(setting))};
    // Without a file to write it into, it has to be given at the next start.
    commands.push_back(has_config_file_ ? (*this)("CONFIG REWRITE")
                                        : "redis-server --" + std::string(setting));
    return commands;
}

}  // namespace contrail::operations::doctor
