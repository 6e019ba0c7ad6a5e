#include "demo/page/agreement.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace demo {
namespace {

using rocket_rides::Verdict;

contrail::RecordId id_of(std::uint64_t offset) {
    return {1'700'000'000'000, {offset}};
}

TEST(AgreementOfTotals, IsMadeAtTheNewestRecordAtWhichTwoConsumersStand) {
    const auto agreement = [](std::vector<Verdict::Consumer> consumers) {
        Verdict verdict;
        verdict.consumers = std::move(consumers);
        return agreement_of(verdict);
    };
    EXPECT_EQ(agreement({}).agree_at, std::nullopt);
    EXPECT_EQ(agreement({{"one", id_of(7), 10}, {"other", id_of(8), 10}}).agree_at, std::nullopt);

    const Agreement same =
        agreement({{"a", id_of(7), 10}, {"b", id_of(7), 10}, {"c", id_of(9), 1}, {"d", id_of(9), 1}});
    EXPECT_EQ(same.agree_at, id_of(9));
    EXPECT_EQ(same.differ_at, std::nullopt);

    const Agreement mixed =
        agreement({{"a", id_of(7), 10}, {"b", id_of(7), 11}, {"c", id_of(9), 1}, {"d", id_of(9), 1}});
    EXPECT_EQ(mixed.agree_at, id_of(9));
    EXPECT_EQ(mixed.differ_at, id_of(7));
}

}  // namespace
}  // namespace demo
