#include "contrail/shared_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "core/forwarding_log_reader.hpp"
#include "testing/memory_log.hpp"

namespace contrail {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SharedLogTest : public ::testing::Test {
protected:
    static RecordId id(std::uint64_t offset) { return {1'700'000'000'000, Offset{offset}}; }

    void log_holds_up_to(std::uint64_t offset) {
        const std::lock_guard lock(mutex);
        for (; last < offset; ++last)
            server.append_foreign({id(last + 1), "create", "ride", std::string(10, 'x')});
    }

    std::vector<std::uint64_t> read(LogReader& reader, std::uint64_t after, ChunkLimits limits = {}) const {
        std::vector<Record> records;
        reader.read_begin(id(after), limits, wait_max);
        reader.read_end(records);
        std::vector<std::uint64_t> offsets;
        for (const Record& record : records) offsets.push_back(record.id.offset.value);
        return offsets;
    }

    /// Counts reads, and lets one thread at a time into the log in memory.
    class CountedLog : public LogReader {
    public:
        explicit CountedLog(SharedLogTest& test) : test_(test), log_(test.server) {}
        RecordId head() override { return log_.head(); }
        LogUsage usage() override { return log_.usage(); }
        void read_begin(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait) override {
            after_ = after;
            limits_ = limits;
            wait_ = wait;
        }
        void read_end(std::vector<Record>& records) override {
            const std::lock_guard lock(test_.mutex);
            ++test_.reads;
            if (test_.fails) throw Error(Retry::call, "The log is away.");
            log_.read_begin(after_, limits_, wait_);
            log_.read_end(records);
        }
        void consume_for(const ConsumerOwner&) override {}
        void register_consumer(const ConsumerName&, RecordId) override {}
        void report_position(const ConsumerName& consumer, RecordId position) override {
            log_.report_position(consumer, position);
        }
        std::optional<CutOff> cut_off(const ConsumerName&) override { return {}; }

    private:
        SharedLogTest& test_;
        testing::MemoryLog log_;
        RecordId after_;
        ChunkLimits limits_;
        std::chrono::milliseconds wait_{};
    };

    std::shared_ptr<LogReader> open() { return std::make_shared<CountedLog>(*this); }

    static constexpr std::chrono::milliseconds wait_max{0};
    std::mutex mutex;
    testing::MemoryLogServer server;
    std::uint64_t last = 0;
    int reads = 0;
    bool fails = false;
};

TEST_F(SharedLogTest, IsReadOnceForAll) {
    log_holds_up_to(3);
    SharedLog shared([this] { return open(); });
    const auto first = shared.reader();
    const auto second = shared.reader();
    EXPECT_THAT(read(*first, 0), ElementsAre(1, 2, 3));
    EXPECT_THAT(read(*second, 0), ElementsAre(1, 2, 3));
    EXPECT_THAT(read(*second, 1), ElementsAre(2, 3));
    EXPECT_EQ(reads, 1);
    EXPECT_THAT(read(*second, 3), IsEmpty());
    log_holds_up_to(5);
    EXPECT_THAT(read(*first, 3), ElementsAre(4, 5));
    EXPECT_THAT(read(*second, 3), ElementsAre(4, 5));
    EXPECT_EQ(reads, 3);
}

TEST_F(SharedLogTest, GivesEachReaderAsMuchAsItAsksFor) {
    log_holds_up_to(9);
    SharedLog shared([this] { return open(); });
    const auto reader = shared.reader();
    EXPECT_THAT(read(*reader, 0, {.records_max = 2}), ElementsAre(1, 2));
    EXPECT_THAT(read(*reader, 2, {.records_max = 1}), ElementsAre(3));
    const std::size_t size = server.records.front().bytes();
    EXPECT_THAT(read(*reader, 3, {.bytes_max = 2 * size}), ElementsAre(4, 5));
    EXPECT_THAT(read(*reader, 5, {.bytes_max = 1}), ElementsAre(6)) << "at least one";
    EXPECT_EQ(reads, 1);
}

TEST_F(SharedLogTest, LetsAReaderThatIsFarBehindReadByItself) {
    log_holds_up_to(9);
    SharedLog shared([this] { return open(); }, {.chunk = {.records_max = 2}, .bytes_max = 1});
    const auto front = shared.reader();
    const auto behind = shared.reader();
    for (std::uint64_t after = 0; after < 8; after += 2) read(*front, after);
    EXPECT_EQ(reads, 4);
    EXPECT_THAT(read(*behind, 0), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
    EXPECT_EQ(reads, 5);
    EXPECT_THAT(read(*behind, 6), ElementsAre(7, 8)) << "kept";
    EXPECT_EQ(reads, 5);
}

TEST_F(SharedLogTest, FollowsTheReaderThatIsAhead) {
    log_holds_up_to(9);
    SharedLog shared([this] { return open(); });
    const auto first = shared.reader();
    const auto second = shared.reader();
    EXPECT_THAT(read(*first, 7), ElementsAre(8, 9));
    EXPECT_THAT(read(*second, 7), ElementsAre(8, 9));
    EXPECT_EQ(reads, 1);
    EXPECT_THAT(read(*second, 5), ElementsAre(6, 7, 8, 9)) << "by itself";
    EXPECT_EQ(reads, 2);
}

TEST_F(SharedLogTest, TellsOneReaderOfAFailureAndLetsTheNextTryAgain) {
    log_holds_up_to(1);
    SharedLog shared([this] { return open(); });
    const auto first = shared.reader();
    const auto second = shared.reader();
    fails = true;
    EXPECT_THROW(read(*first, 0), Error);
    fails = false;
    EXPECT_THAT(read(*second, 0), ElementsAre(1));
}

TEST_F(SharedLogTest, GivesEveryThreadEveryRecordOnce) {
    constexpr std::uint64_t all = 20'000;
    SharedLog shared([this] { return open(); }, {.chunk = {.records_max = 7}, .bytes_max = 1'000});
    std::vector<std::thread> threads;
    for (std::size_t thread = 0; thread < 4; ++thread)
        threads.emplace_back([&, thread] {
            const auto reader = shared.reader();
            std::uint64_t after = 0;
            while (after < all)
                for (const std::uint64_t offset : read(*reader, after, {.records_max = 1 + thread}))
                    if (offset == after + 1) after = offset;
        });
    for (std::uint64_t offset = 100; offset <= all; offset += 100) log_holds_up_to(offset);
    for (auto& thread : threads) thread.join();
}

}  // namespace contrail
