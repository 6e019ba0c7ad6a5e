#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "conformance/log_worlds.hpp"
#include "contrail/error.hpp"

namespace contrail::test {

/// The suite of the log's ports. An adapter's test instantiates it, and LogIdentityConformance, with its world.
class LogConformance : public ::testing::TestWithParam<MakeLogWorld> {
protected:
    static constexpr std::uint64_t sealed_ms = 1'700'000'000'000;

    static RecordId id(std::uint64_t offset) { return {sealed_ms, Offset{offset}}; }

    static Record record(std::uint64_t offset) {
        return {id(offset), "create", "ride", R"({"id": )" + std::to_string(offset) + "}"};
    }

    static std::vector<Record> records(std::uint64_t first, std::uint64_t last) {
        std::vector<Record> made;
        for (auto offset = first; offset <= last; ++offset) made.push_back(record(offset));
        return made;
    }

    static RecordId append(Log& to, RecordId expected, const std::vector<Record>& made) {
        to.append_begin(expected, made);
        return to.append_end();
    }

    /// What the log gives after `after`, without waiting.
    std::vector<Record> read(RecordId after, std::size_t count_max = 100) {
        std::vector<Record> found;
        log.read_begin(after, {.records_max = count_max}, std::chrono::milliseconds(0));
        log.read_end(found);
        return found;
    }

    std::vector<Record> read_bytes(RecordId after, std::size_t bytes_max) {
        std::vector<Record> found;
        log.read_begin(after, {.bytes_max = bytes_max}, std::chrono::milliseconds(0));
        log.read_end(found);
        return found;
    }

    std::unique_ptr<LogWorld> world = GetParam()();
    Log& log = world->log();
};

/// To which database a consumer belongs.
class LogOwnersConformance : public LogConformance {
protected:
    LogOwnersConformance() {
        log.consume_for(a);
        other.consume_for(b);
        append(log, {}, records(1, 9));
    }

    /// A report travels with a later request, and with this one at the latest.
    static void report(Log& reader, const ConsumerName& consumer, RecordId position) {
        reader.report_position(consumer, position);
        reader.reports();
    }

    void expect_refused(const std::function<void()>& call) {
        try {
            call();
            ADD_FAILURE() << "was done";
        } catch (const Error& error) {
            EXPECT_EQ(error.retry(), Retry::never) << error.what();
            EXPECT_THAT(error.what(),
                        ::testing::AllOf(::testing::HasSubstr("mailer"), ::testing::HasSubstr(a.name),
                                         ::testing::HasSubstr(b.name)));
        }
    }

    const ConsumerName mailer{"mailer"};
    const ConsumerOwner a{"1", "database \"a\" at db:5432"};
    const ConsumerOwner b{"2", "database \"b\" at db:5432"};
    Log& other = world->other_log();
};

/// Which outbox feeds a log.
class LogIdentityConformance : public LogConformance {
protected:
    static inline const OutboxIdentity rides{"1", "database rides"};
    static inline const OutboxIdentity staging{"2", "database staging"};

    LogIdentityConformance() { world->lose_everything(); }

    void feed_from(const OutboxIdentity& outbox, RecordId sealed = {}) {
        log.act_for(outbox);
        log.claim(sealed, log.incarnation());
    }

    static void expect_refused(const std::function<void()>& change) {
        try {
            change();
            ADD_FAILURE() << "was done";
        } catch (const Error& error) {
            EXPECT_EQ(error.retry(), Retry::never) << error.what();
            EXPECT_THAT(error.what(), ::testing::HasSubstr("outbox"));
        }
    }

    /// Expects that `changed_by` is refused every change of the log.
    static void expect_all_refused(Log& changed_by, RecordId head) {
        const ConsumerName distance("distance");
        const std::function<void()> changes[] = {
            [&] { append(changed_by, head, {record(head.offset.value + 1)}); },
            [&] { changed_by.restart(head, id(head.offset.value + 1)); },
            [&] { changed_by.incarnation(); },
            [&] { changed_by.claim(head, "any"); },
            [&] { changed_by.trim(head); },
            [&] {
                changed_by.mark_cut_off(distance, CutOff{{1}, {1}, 0});
            },
            [&] { changed_by.mark_cut_off(distance, std::nullopt); },
            [&] { changed_by.forget(distance); },
            [&] { changed_by.withdraw_position(distance); },
            [&] {
                changed_by.assign_owner(distance, {.owner = {"1", "database a"}}, {}, "");
            },
        };
        for (std::size_t i = 0; i < std::size(changes); ++i) {
            SCOPED_TRACE(i);
            expect_refused(changes[i]);
        }
    }

    Log& other = world->other_log();
};

}  // namespace contrail::test
