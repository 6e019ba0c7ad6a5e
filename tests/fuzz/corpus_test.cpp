// Every target takes its corpus: what fuzzing found, and what led there.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/targets.hpp"

namespace contrail::fuzz {

void PrintTo(const Target& target, std::ostream* out) {
    *out << target.name;
}

class Corpus : public ::testing::TestWithParam<Target> {};

TEST_P(Corpus, IsTaken) {
    std::size_t inputs = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(CORPUS) / GetParam().name)) {
        SCOPED_TRACE(entry.path());
        std::ifstream file(entry.path(), std::ios::binary);
        GetParam().run(std::string(std::istreambuf_iterator<char>(file), {}));
        ++inputs;
    }
    EXPECT_GT(inputs, 0U);
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, ::testing::ValuesIn(targets),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace contrail::fuzz
