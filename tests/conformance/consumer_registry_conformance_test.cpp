#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/outbox_conformance.hpp"

namespace contrail::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ConsumerRegistryConformance : public OutboxConformance {
protected:
    static RecordId id(std::uint64_t offset) { return {1'700'000'000'000, Offset{offset}}; }
    static RegisteredConsumer at(const ConsumerName& name, std::uint64_t offset) {
        return {name, id(offset)};
    }

    const ConsumerName mailer{"mailer"};
    const ConsumerName totals{"totals"};
    ConsumerRegistry& registry = outbox.registry();
};

TEST_P(ConsumerRegistryConformance, BeginsEmpty) {
    EXPECT_THAT(registry.consumers(), IsEmpty());
    EXPECT_THAT(registry.note({}), IsEmpty());
}

TEST_P(ConsumerRegistryConformance, RegistersWhoReports) {
    EXPECT_THAT(registry.note({{totals, id(2)}, {mailer, id(1)}}), ElementsAre(at(mailer, 1), at(totals, 2)));
    EXPECT_THAT(registry.consumers(), ElementsAre(at(mailer, 1), at(totals, 2)));
    EXPECT_THAT(world->other_outbox().registry().consumers(), ElementsAre(at(mailer, 1), at(totals, 2)));
}

TEST_P(ConsumerRegistryConformance, ListsByNameCharacterByCharacter) {
    const ConsumerName upper{"B"};
    const ConsumerName odd{"NULL"};
    const ConsumerName dashed{"a-1"};
    const ConsumerName lower{"a.1"};
    registry.note({{lower, id(1)}, {dashed, id(2)}, {odd, id(3)}, {upper, id(4)}});
    EXPECT_THAT(registry.consumers(), ElementsAre(at(upper, 4), at(odd, 3), at(dashed, 2), at(lower, 1)));
}

TEST_P(ConsumerRegistryConformance, KeepsWhoDoesNotReport) {
    registry.note({{mailer, id(1)}});
    EXPECT_THAT(registry.note({{totals, id(2)}}), ElementsAre(at(mailer, 1), at(totals, 2)));
}

TEST_P(ConsumerRegistryConformance, BelievesTheLastReportEvenALowerOne) {
    registry.note({{mailer, id(5)}});
    EXPECT_THAT(registry.note({{mailer, id(7)}}), ElementsAre(at(mailer, 7)));
    EXPECT_THAT(registry.note({{mailer, id(3)}}), ElementsAre(at(mailer, 3)));
    EXPECT_THAT(registry.note({{mailer, RecordId{}}}), ElementsAre(RegisteredConsumer{mailer, {}}));
}

TEST_P(ConsumerRegistryConformance, PassesOverAFallToWhereEverythingIsReleased) {
    const Batch batch = stage_and_seal({"1", "2"});
    const RecordId last = batch.last_id();
    registry.note({{mailer, last}});
    ASSERT_EQ(outbox.release(Offset{2}).segments_emptied, 1U);

    const RecordId before{batch.sealed_ms, Offset{1}};
    EXPECT_THAT(registry.note({{mailer, before}}), ElementsAre(RegisteredConsumer{mailer, last}));
    EXPECT_THAT(registry.note({{totals, before}}),
                ElementsAre(RegisteredConsumer{mailer, last}, RegisteredConsumer{totals, before}))
        << "but who is new may be anywhere";
}

TEST_P(ConsumerRegistryConformance, MarksAConsumerAsCutOffUntilItIsPastWhatItMissed) {
    registry.note({{mailer, id(2)}, {totals, id(9)}});
    const CutOff missed{Offset{3}, Offset{7}, 1'700'000'000'123};

    EXPECT_TRUE(registry.mark_cut_off(mailer, missed));

    const RegisteredConsumer marked{mailer, id(2), missed};
    EXPECT_THAT(registry.consumers(), ElementsAre(marked, at(totals, 9)));
    EXPECT_THAT(registry.note({{mailer, id(6)}}),
                ElementsAre(RegisteredConsumer{mailer, id(6), missed}, at(totals, 9)));
    EXPECT_THAT(registry.note({{mailer, id(7)}}), ElementsAre(at(mailer, 7), at(totals, 9)));
}

TEST_P(ConsumerRegistryConformance, SaysOnlyOnceThatAConsumerWasNotMarkedBefore) {
    registry.note({{mailer, id(2)}});
    EXPECT_TRUE(registry.mark_cut_off(mailer, {Offset{3}, Offset{7}, 1}));
    EXPECT_FALSE(registry.mark_cut_off(mailer, {Offset{3}, Offset{9}, 2}));
    EXPECT_THAT(registry.consumers(),
                ElementsAre(RegisteredConsumer{mailer, id(2), CutOff{Offset{3}, Offset{9}, 2}}))
        << "the last mark counts";
}

TEST_P(ConsumerRegistryConformance, MarksNoConsumerThatIsNotRegistered) {
    EXPECT_FALSE(registry.mark_cut_off(mailer, {Offset{3}, Offset{7}, 1}));
    EXPECT_THAT(registry.consumers(), IsEmpty());
}

TEST_P(ConsumerRegistryConformance, ForgetsAConsumerUntilItReportsAgain) {
    registry.note({{mailer, id(2)}, {totals, id(3)}});
    EXPECT_TRUE(registry.forget(mailer));
    EXPECT_FALSE(registry.forget(mailer));
    EXPECT_THAT(registry.consumers(), ElementsAre(at(totals, 3)));
    EXPECT_THAT(registry.note({{mailer, id(4)}}), ElementsAre(at(mailer, 4), at(totals, 3)));
}

/// To which database a consumer belongs.
class RegisteredOwners : public ConsumerRegistryConformance {
protected:
    std::vector<RegisteredConsumer> note(std::uint64_t offset, const NotedOwner& owner) {
        return registry.note({{mailer, {id(offset), owner}}});
    }

    static RegisteredConsumer of(const ConsumerOwner& owner, std::uint64_t offset) {
        return {.name = ConsumerName("mailer"), .position = id(offset), .owner = owner};
    }

    const ConsumerOwner a{"1", R"(database "a\b" at db:5432)"};
    const ConsumerOwner b{"2", "database b"};
};

TEST_P(RegisteredOwners, AreNotedWithTheFirstReportThatNamesThem) {
    EXPECT_THAT(note(1, {.owner = a}), ElementsAre(of(a, 1)));
    registry.note({{totals, id(1)}});
    EXPECT_THAT(registry.note({{totals, {id(1), {.owner = b}}}}),
                ElementsAre(of(a, 1), RegisteredConsumer{.name = totals, .position = id(1), .owner = b}));
}

TEST_P(RegisteredOwners, StayWhateverAnotherDatabaseReports) {
    note(1, {.owner = a});
    EXPECT_THAT(note(2, {.owner = b}), ElementsAre(of(a, 1)));
    EXPECT_THAT(note(2, {.owner = b, .moved_from = "3"}), ElementsAre(of(a, 1)));
    EXPECT_THAT(note(3, {.owner = a}), ElementsAre(of(a, 3)));
}

// Programs that know nothing of owners.
TEST_P(RegisteredOwners, StayWhenAReportNamesNone) {
    note(1, {.owner = a});
    EXPECT_THAT(note(2, {}), ElementsAre(of(a, 2)));
}

TEST_P(RegisteredOwners, ChangeWhereAnOperatorMovedTheConsumer) {
    note(5, {.owner = a});
    EXPECT_THAT(note(3, {.owner = b, .moved_from = a.id}), ElementsAre(of(b, 3)));
    EXPECT_THAT(note(7, {.owner = a}), ElementsAre(of(b, 3)));
}

TEST_P(RegisteredOwners, AreForgottenWithTheConsumer) {
    note(1, {.owner = a});
    registry.forget(mailer);
    EXPECT_THAT(note(2, {.owner = b}), ElementsAre(of(b, 2)));
}

INSTANTIATE_TEST_SUITE_P(Memory, RegisteredOwners, ::testing::Values(&make_memory_outbox_world));
INSTANTIATE_TEST_SUITE_P(Postgres, RegisteredOwners, ::testing::Values(&make_postgres_outbox_world));
INSTANTIATE_TEST_SUITE_P(Memory, ConsumerRegistryConformance, ::testing::Values(&make_memory_outbox_world));
INSTANTIATE_TEST_SUITE_P(Postgres, ConsumerRegistryConformance,
                         ::testing::Values(&make_postgres_outbox_world));

}  // namespace contrail::test
