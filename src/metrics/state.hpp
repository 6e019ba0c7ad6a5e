#pragma once

#include <atomic>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "metrics/families.hpp"

namespace contrail::metrics {

/// In which of a few states somebody is, as a family of gauges of which one is 1 and the others 0.
///
/// Threads  Thread-safe.
class State : public prometheus::Collectable {
public:
    /// `name` of the family; `labels` of all its gauges, beside `state`. It begins in the first of `states`,
    /// which must outlive it.
    State(std::string name, std::string help, Labels labels, std::span<const std::string_view> states)
        : name_(std::move(name)),
          help_(std::move(help)),
          labels_(std::move(labels)),
          states_(states) {}

    /// The state's place in the list.
    void enter(std::size_t state) { current_.store(state, std::memory_order_relaxed); }

    [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override {
        auto family = gauge_family(name_, help_);
        const std::size_t current = current_.load(std::memory_order_relaxed);
        for (std::size_t state = 0; state < states_.size(); ++state) {
            add_sample(family, state == current ? 1 : 0, {{"state", states_[state]}});
            for (const auto& [name, value] : labels_) family.metric.back().label.push_back({name, value});
        }
        return {std::move(family)};
    }

private:
    std::string name_;
    std::string help_;
    Labels labels_;
    std::span<const std::string_view> states_;
    std::atomic<std::size_t> current_ = 0;
};

}  // namespace contrail::metrics
