#include "demo/page/agreement.hpp"

#include <algorithm>

namespace demo {

Agreement agreement_of(const rocket_rides::Verdict& verdict) {
    Agreement agreement;
    for (const auto& one : verdict.consumers) {
        for (const auto& other : verdict.consumers) {
            if (&one == &other || one.last_id != other.last_id) continue;
            const bool same = verdict.same(one.total_distance, other.total_distance);
            auto& place = same ? agreement.agree_at : agreement.differ_at;
            place = std::max(place, std::optional(one.last_id));
        }
    }
    return agreement;
}

}  // namespace demo
