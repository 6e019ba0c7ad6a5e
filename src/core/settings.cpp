#include "contrail/settings.hpp"

#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "contrail/error.hpp"

namespace contrail {

namespace {

/// An empty variable counts as one that is not set. A value that comes from a file may end with a newline.
void read_variable(const char* variable, std::string& value) {
    const char* const text = std::getenv(variable);
    const std::string_view trimmed = base::trimmed(text == nullptr ? "" : text);
    if (!trimmed.empty()) value = trimmed;
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
    require_variable("REDIS_URL", settings.redis_url);
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
