#include "chaos/verdict/findings.hpp"

#include <algorithm>

namespace chaos {

namespace {

constexpr std::uint64_t texts_per_violation_max = 5;

}  // namespace

std::string_view name(Violation violation) {
    switch (violation) {
        case Violation::lost:
            return "lost";
        case Violation::counted_twice:
            return "counted_twice";
        case Violation::out_of_order:
            return "out_of_order";
        case Violation::gap:
            return "gaps";
        case Violation::changed:
            return "changed";
        case Violation::invented:
            return "invented";
        case Violation::wrong_total:
            return "wrong_totals";
        case Violation::wrong_archive:
            return "wrong_archives";
    }
    return "";
}

void Findings::add(Violation violation, const std::string& what) {
    if (++counts_[place(violation)] <= texts_per_violation_max)
        texts_.push_back(std::string(name(violation)) + ": " + what);
}

bool Findings::none() const {
    return std::ranges::all_of(counts_, [](std::uint64_t count) { return count == 0; });
}

}  // namespace chaos
