#include "documents/source_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace contrail::test {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Tree, HoldsWhatPeopleWrite) {
    EXPECT_THAT(tree(), AllOf(Contains("src/core/streamer.cpp"), Contains("docs/architecture.md"),
                              Contains("tests/browser/page.test.mjs"), Not(Contains(HasSubstr("build/")))));
}

TEST(Comments, AreToldFromCodeAndLiterals) {
    const std::string kept = only_comments("f(\"// no\", '\"', 1'000); // yes\nR\"x(/* no */)x\" /* yes */");
    EXPECT_THAT(kept, HasSubstr("// yes\n"));
    EXPECT_THAT(kept, HasSubstr("/* yes */"));
    EXPECT_THAT(kept, Not(HasSubstr("no")));
}

}  // namespace contrail::test
