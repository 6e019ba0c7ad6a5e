#include "contrail/settings.hpp"

#include <utility>

#include "contrail/error.hpp"
#include "core/environment_value.hpp"

namespace contrail {

namespace {

void read_variable(const char* variable, std::string& value) {
    if (std::string found = environment_value(variable); !found.empty()) value = std::move(found);
}

void require_variable(const char* variable, std::string& value) {
    read_variable(variable, value);
    if (value.empty())
        throw Error(Retry::never, std::string("The environment variable ") + variable + " is not set.");
}

}  // namespace

Settings Settings::from_environment() {
    Settings settings;
    require_variable("DATABASE_URL", settings.database_url);
    read_variable("REDIS_URL", settings.log_url);
    read_variable("LOG_URL", settings.log_url);
    if (settings.log_url.empty())
        throw Error(Retry::never, "Neither LOG_URL nor REDIS_URL is set in the environment. Set LOG_URL.");
    read_variable("STREAM_NAME", settings.stream_name);
    read_variable("CONTRAIL_SCHEMA", settings.schema);
    read_variable("REDIS_CA_FILE", settings.redis_ca_file);
    read_variable("REDIS_CERT_FILE", settings.redis_cert_file);
    read_variable("REDIS_KEY_FILE", settings.redis_key_file);
    std::string verify;
    read_variable("REDIS_TLS_VERIFY", verify);
    settings.redis_tls_verify = verify != "no";
    return settings;
}

}  // namespace contrail
