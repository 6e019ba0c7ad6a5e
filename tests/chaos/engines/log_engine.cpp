#include "chaos/engines/log_engine.hpp"

#include <utility>

#include "contrail/error.hpp"

namespace chaos {

std::vector<std::string> log_engine_names() {
    std::vector<std::string> names{"sentinel", "cluster"};
#ifdef CONTRAIL_CHAOS_KAFKA
    names.emplace_back("kafka");
#endif
    return names;
}

std::vector<std::string> log_names() {
    std::vector<std::string> names = log_engine_names();
    names.insert(names.begin(), "redis");
    return names;
}

std::unique_ptr<LogEngine> log_engine(const std::string& name) {
    if (name == "sentinel") return sentinel_engine();
    if (name == "cluster") return cluster_engine();
#ifdef CONTRAIL_CHAOS_KAFKA
    if (name == "kafka") return kafka_engine();
#endif
    return nullptr;
}

void attempt(const std::function<void()>& action) {
    try {
        action();
    } catch (const contrail::Error&) {
        throw;
    } catch (const std::exception& error) {
        throw contrail::Error(contrail::Retry::call, error.what());
    }
}

demo::Fault engine_fault(const std::string& name, const std::string& does, const std::string& ends,
                         std::function<demo::Injection(demo::Random&)> inject) {
    return {.name = name,
            .target = demo::Target::log,
            .does = does,
            .ends = ends,
            .inject =
                [inject = std::move(inject)](demo::System&, demo::Random& random) {
                    demo::Injection injection;
                    attempt([&] { injection = inject(random); });
                    if (injection.end) injection.end = [end = std::move(injection.end)] { attempt(end); };
                    return injection;
                },
            .obstacle = [](const demo::System&) { return std::nullopt; }};
}

}  // namespace chaos
