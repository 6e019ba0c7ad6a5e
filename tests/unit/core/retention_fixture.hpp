#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contrail/retention.hpp"
#include "contrail/streamer.hpp"
#include "unit/core/in_memory.hpp"

namespace contrail {

/// A log filled by a streamer, consumers that report positions, and retention.
class RetentionTest : public InMemory<RetentionEvent> {
protected:
    /// Stages records, a batch of their own, and sends them.
    void publish(int records) {
        {
            testing::MemoryTransaction transaction(database);
            for (int i = 0; i < records; ++i) transaction.stage("create", "ride", "0123456789");
            transaction.commit();
        }
        database.now_ms += 1'000;
        clock.advance(Clock::Duration(1'000));
        send();
    }

    void send() {
        Streamer streamer(outbox, log, clock, {});
        while (streamer.run_once() > 0) {
        }
    }

    void at(const std::string& consumer, std::uint64_t offset) {
        log.report_position(ConsumerName(consumer), id_of(offset));
    }

    RecordId id_of(std::uint64_t offset) { return {outbox.find(Offset{offset})->sealed_ms, Offset{offset}}; }

    Retention retention(Retention::Options options = {}) {
        return {outbox, log, clock, options, events.listener()};
    }

    /// Segments are emptied after they were turned away from: that takes a pass of its own.
    void retain(Retention::Options options = {}) {
        Retention retaining = retention(options);
        for (int passes = 0; passes < 3; ++passes) retaining.run_once();
    }

    /// "CONSUMER FIRST-LAST" for each consumer that was cut off.
    [[nodiscard]] std::vector<std::string> cut_offs() const {
        std::vector<std::string> texts;
        for (const auto& [consumer, missed] : events.all<retention_event::ConsumerCutOff>())
            texts.push_back(consumer.str() + ' ' + std::to_string(missed.first_missed.value) + '-' +
                            std::to_string(missed.last_missed.value));
        return texts;
    }

    /// "CONSUMER LIMIT" for each warning.
    [[nodiscard]] std::vector<std::string> warnings() const {
        std::vector<std::string> texts;
        for (const auto& warning : events.all<retention_event::NearLimit>())
            texts.push_back(warning.consumer.str() + ' ' + std::string(warning.limit));
        return texts;
    }

    void set_own_clock(std::uint64_t unix_ms) {
        clock.advance(Clock::Duration(static_cast<std::int64_t>(unix_ms - clock.unix_ms())));
    }

    RetentionTest() { database.now_ms = clock.unix_ms(); }

    [[nodiscard]] std::uint64_t released_through() { return outbox.base().last.value; }
};

}  // namespace contrail
