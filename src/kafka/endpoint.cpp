#include "kafka/endpoint.hpp"

#include "core/log_url.hpp"

namespace contrail::kafka {

namespace {

constexpr std::uint16_t usual_port = 9'092;

std::string topic_of(const LogUrl& url, const Settings& settings) {
    if (url.path.size() < 2) return settings.stream_name;
    std::string topic = url.path.substr(1);
    if (topic.find('/') != std::string::npos)
        refuse_log_url("has a topic with a slash, which Kafka does not allow");
    return topic;
}

}  // namespace

Endpoint endpoint_of(const Settings& settings) {
    const LogUrl url = parse_log_url(settings.log_url);
    if (url.engine != LogUrl::Engine::kafka) refuse_log_url("does not begin with kafka://");
    if (url.hosts.empty() || url.hosts.front().name.empty()) refuse_log_url("names no host");

    Endpoint endpoint{
        .brokers = hosts_text(url.hosts, usual_port), .topic = topic_of(url, settings), .settings = {}};
    const bool with_password = url.password.has_value();
    endpoint.settings["security.protocol"] =
        std::string(with_password ? "SASL_" : "") + (url.tls ? "SSL" : "PLAINTEXT");
    if (with_password) {
        endpoint.settings["sasl.mechanisms"] = "PLAIN";
        endpoint.settings["sasl.username"] = url.user;
        endpoint.settings["sasl.password"] = *url.password;
    }
    // A parameter of the URL is the last to say: it may ask for SCRAM, or for a file of authorities.
    for (const auto& [name, value] : url.parameters) endpoint.settings[name] = value;
    return endpoint;
}

}  // namespace contrail::kafka
