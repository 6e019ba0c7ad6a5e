#pragma once

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace contrail::test {

/// Settings with which the private Redis takes DEBUG. Since Redis 7 it has to be allowed; before, it always is, and
/// there is no such setting.
inline std::map<std::string, std::string> settings_that_allow_debug() {
    const char* chosen = std::getenv("CONTRAIL_REDIS_PROGRAM");
    const std::string command = std::string("'") + (chosen ? chosen : "redis-server") + "' --version";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> output(::popen(command.c_str(), "r"), ::pclose);
    int major = 0;
    if (!output || std::fscanf(output.get(), "%*s server v=%d.", &major) != 1)
        throw std::runtime_error("no version of a server from: " + command);
    if (major < 7) return {};
    return {{"enable-debug-command", "yes"}};
}

}  // namespace contrail::test
