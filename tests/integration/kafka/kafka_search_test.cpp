// What a question about a long log costs the program that asks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "contrail/kafka.hpp"
#include "support/private_kafka.hpp"

namespace contrail::test {

/// What all arenas have of the system together: malloc_info(3). It counts the memory of librdkafka's threads, too.
std::size_t heap_bytes() {
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* const file = ::open_memstream(&text, &size);
    ::malloc_info(0, file);
    std::fclose(file);
    const std::string info(text, size);
    std::free(text);
    const std::string total = R"(<system type="current" size=")";
    return std::stoull(info.substr(info.rfind(total) + total.size()));
}

class LongKafkaLog : public ::testing::Test {
protected:
    static constexpr std::uint64_t records = 100'000;

    static RecordId id(std::uint64_t offset) { return {1'700'000'000'000, Offset{offset}}; }

    LongKafkaLog() {
        settings.log_url = "kafka://" + shared_kafka().address() + "/long";
        const auto writer = kafka_log(settings);
        writer->act_for({"1b8e0a52-4c28-4c7e-9a55-7d1b0a3e9c11", "test"});
        writer->claim({}, writer->incarnation());
        RecordId head;
        std::vector<Record> chunk;
        for (std::uint64_t offset = 1; offset <= records; ++offset) {
            chunk.push_back({id(offset), "create", "ride", std::to_string(offset)});
            if (chunk.size() < 5'000) continue;
            writer->append_begin(head, chunk);
            head = writer->append_end();
            chunk.clear();
        }
        EXPECT_EQ(head, id(records));
    }

    Settings settings;
};

// librdkafka fetches ahead, up to a million entries, and goes on when the answer is there.
TEST_F(LongKafkaLog, IsNotFetchedByQuestions) {
    const auto log = kafka_log(settings);
    const auto other = kafka_log(settings);
    EXPECT_EQ(other->head(), id(records));
    const std::size_t before = heap_bytes();
    EXPECT_EQ(log->usage().records, records);
    EXPECT_EQ(log->first_after(id(1'234)), id(1'235));
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(other->head(), id(records)) << "while the first one fetches nothing";
    constexpr std::size_t of_all_entries = records * 200;  // librdkafka keeps more than that for each
    EXPECT_LT(heap_bytes(), before + of_all_entries / 2);
}

}  // namespace contrail::test
