#pragma once

#include <prometheus/collectable.h>

#include <atomic>
#include <span>
#include <string>
#include <vector>

#include "core/program_state.hpp"
#include "metrics/families.hpp"

namespace contrail::metrics {

/// A program's state as a family of gauges, one for each state: 1 for the state that the program is in, else
/// 0.
///
/// Threads  Thread-safe.
class StateGauges : public prometheus::Collectable {
public:
    /// `name` of the family; `labels` of all its gauges, beside `state`. `states` (not empty) must outlive
    /// it; the program begins in the first of them.
    StateGauges(std::string name, std::string help, Labels labels, std::span<const ProgramState> states)
        : name_(std::move(name)),
          help_(std::move(help)),
          labels_(std::move(labels)),
          states_(states),
          current_(states.front()) {}

    /// `state` is one of the states.
    void enter(ProgramState state) { current_.store(state, std::memory_order_relaxed); }

    [[nodiscard]] ProgramState current() const { return current_.load(std::memory_order_relaxed); }

    [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override {
        auto family = gauge_family(name_, help_);
        const ProgramState now = current();
        for (const ProgramState state : states_) {
            add_sample(family, state == now ? 1 : 0, {{"state", name(state)}});
            for (const auto& [label, value] : labels_) family.metric.back().label.push_back({label, value});
        }
        return {std::move(family)};
    }

private:
    std::string name_;
    std::string help_;
    Labels labels_;
    std::span<const ProgramState> states_;
    std::atomic<ProgramState> current_;
};

}  // namespace contrail::metrics
