#include "cli/server_options.hpp"

#include <string>

#include "base/text.hpp"
#include "core/environment_value.hpp"

namespace contrail::cli {

void add_server_options(CLI::App& command, Settings& settings) {
    constexpr auto group = "Servers";
    const auto add = [&](const char* flag, const char* variable, std::string& value, const char* help) {
        command.add_option(flag, value, help)
            ->envname(variable)
            ->transform([](const std::string& text) { return std::string(base::trimmed(text)); })
            ->group(group);
    };
    add("--database-url", "DATABASE_URL", settings.database_url, "PostgreSQL: postgres://user@host/database");
    add("--log-url,--redis-url", "LOG_URL,REDIS_URL", settings.log_url,
        "The log: redis://host:6379/0, rediss://, unix:///path, redis+sentinel://host,host/master, "
        "redis+cluster://host,host, kafka://host,host/topic");
    add("--stream-name", "STREAM_NAME", settings.stream_name, "Name of the log");
    add("--schema", "CONTRAIL_SCHEMA", settings.schema, "Schema of Contrail's tables");
    add("--redis-ca-file", "REDIS_CA_FILE", settings.redis_ca_file,
        "Authorities to trust (PEM) for rediss://");
    add("--redis-cert-file", "REDIS_CERT_FILE", settings.redis_cert_file, "Client certificate (PEM)");
    add("--redis-key-file", "REDIS_KEY_FILE", settings.redis_key_file, "Key of the client certificate (PEM)");
    command.add_option("--redis-tls-verify", settings.redis_tls_verify, "Check the server's certificate")
        ->envname("REDIS_TLS_VERIFY")
        ->group(group)
        ->capture_default_str();
}

void add_section_server_options(CLI::App& section, Settings& settings) {
    add_server_options(section, settings);
    const auto add = [&](const std::string& name, std::string& url) {
        section.add_option_function<std::string>("--" + name, [name, &url](const std::string& file) {
            url = secret_in_file(file, name + " in the configuration file");
        });
    };
    add("database-url-file", settings.database_url);
    add("log-url-file", settings.log_url);
}

}  // namespace contrail::cli
