#include "chaos/verdict/findings.hpp"

#include <algorithm>

namespace rocket_rides::chaos {

namespace {

constexpr std::uint64_t texts_per_fault_max = 5;

}  // namespace

std::string_view name(Fault fault) {
    switch (fault) {
        case Fault::lost:
            return "lost";
        case Fault::counted_twice:
            return "counted_twice";
        case Fault::out_of_order:
            return "out_of_order";
        case Fault::gap:
            return "gaps";
        case Fault::changed:
            return "changed";
        case Fault::invented:
            return "invented";
        case Fault::wrong_total:
            return "wrong_totals";
    }
    return "";
}

void Findings::add(Fault fault, const std::string& what) {
    if (++counts_[place(fault)] <= texts_per_fault_max)
        texts_.push_back(std::string(name(fault)) + ": " + what);
}

bool Findings::none() const {
    return std::ranges::all_of(counts_, [](std::uint64_t count) { return count == 0; });
}

}  // namespace rocket_rides::chaos
