#pragma once

#include <optional>

#include "contrail/record.hpp"
#include "verify.hpp"

namespace demo {

/// What the consumers' totals say of each other, whatever the rides add up to.
struct Agreement {
    /// The newest record at which two consumers are and show the same total.
    std::optional<contrail::RecordId> agree_at;
    /// The newest record at which two consumers are and show different totals.
    std::optional<contrail::RecordId> differ_at;
};

Agreement agreement_of(const rocket_rides::Verdict& verdict);

}  // namespace demo
