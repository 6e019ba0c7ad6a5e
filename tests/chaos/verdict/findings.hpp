#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chaos {

/// What can be wrong with a history.
enum class Violation {
    lost,           ///< The log lacks a record that it must have.
    counted_twice,  ///< The log has a change more than once.
    out_of_order,   ///< A record precedes one that was complete before the first began.
    gap,            ///< Offsets are not dense.
    changed,        ///< A record id stood for another record before.
    invented,       ///< The log has a record that it must not have: rolled back, or of no ride.
    wrong_total,    ///< A consumer's total or the warehouse's rides differ from the log.
    wrong_archive   ///< The archive is damaged, or does not hold each of the log's records once, in order.
};
constexpr std::array violations{Violation::lost,        Violation::counted_twice, Violation::out_of_order,
                                Violation::gap,         Violation::changed,       Violation::invented,
                                Violation::wrong_total, Violation::wrong_archive};

/// Its key in JSON: `counted_twice`.
std::string_view name(Violation violation);

/// The violations found: a count of each kind, and the first five of each kind as texts.
class Findings {
public:
    void add(Violation violation, const std::string& what);

    [[nodiscard]] std::uint64_t count(Violation violation) const { return counts_[place(violation)]; }
    [[nodiscard]] bool none() const;
    [[nodiscard]] const std::vector<std::string>& texts() const noexcept { return texts_; }

private:
    static std::size_t place(Violation violation) { return static_cast<std::size_t>(violation); }

    std::array<std::uint64_t, violations.size()> counts_{};
    std::vector<std::string> texts_;
};

}  // namespace chaos
