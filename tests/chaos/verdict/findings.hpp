#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rocket_rides::chaos {

/// What can be wrong with a history.
enum class Fault {
    lost,           ///< A record that must be in the log is not.
    counted_twice,  ///< A change is in the log more than once.
    out_of_order,   ///< A record stands before one that was complete before it was begun.
    gap,            ///< Offsets are not dense.
    changed,        ///< A record id that stood for something else before.
    invented,       ///< A record that must not be there: rolled back, or of no ride.
    wrong_total     ///< A consumer's total, or a warehouse's rides, are not what the log adds up to.
};
constexpr std::array faults{Fault::lost,    Fault::counted_twice, Fault::out_of_order, Fault::gap,
                            Fault::changed, Fault::invented,      Fault::wrong_total};

/// As in JSON: `counted_twice`.
std::string_view name(Fault fault);

/// The faults found, counted by kind; the first few of each kind in words.
class Findings {
public:
    void add(Fault fault, const std::string& what);

    [[nodiscard]] std::uint64_t count(Fault fault) const { return counts_[place(fault)]; }
    [[nodiscard]] bool none() const;
    [[nodiscard]] const std::vector<std::string>& texts() const noexcept { return texts_; }

private:
    static std::size_t place(Fault fault) { return static_cast<std::size_t>(fault); }

    std::array<std::uint64_t, faults.size()> counts_{};
    std::vector<std::string> texts_;
};

}  // namespace rocket_rides::chaos
