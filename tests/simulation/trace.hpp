#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace contrail::simulation {

/// The steps of a history as text. It costs nothing while it is off: a history that fails is played again
/// with it on.
class Trace {
public:
    using Sink = std::function<void(const std::string& line)>;

    /// Every line goes to `sink`. Nothing: the trace is off.
    explicit Trace(Sink sink) : sink_(std::move(sink)) {}

    [[nodiscard]] bool on() const { return static_cast<bool>(sink_); }

    void line(std::uint64_t step, std::string_view who, const std::string& what) {
        std::string text = std::to_string(step);
        text.insert(0, text.size() < 6 ? 6 - text.size() : 0, ' ');
        text.append("  ").append(who);
        if (who.size() < 16) text.append(16 - who.size(), ' ');
        sink_(text.append("  ").append(what));
    }

private:
    Sink sink_;
};

}  // namespace contrail::simulation
