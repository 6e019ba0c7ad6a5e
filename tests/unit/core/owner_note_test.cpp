#include "core/owner_note.hpp"

#include <gtest/gtest.h>

namespace contrail {

TEST(OwnerNote, IsReadAsItWasWritten) {
    const ConsumerOwner owner{"1", "database \"mails\" at db:5432, schema \"contrail\""};
    EXPECT_EQ(to_owner_note({.owner = owner}), "1 - " + owner.name);
    for (const NotedOwner& noted :
         {NotedOwner{.owner = owner}, NotedOwner{.owner = owner, .moved_from = "2"}})
        EXPECT_EQ(parse_owner_note(to_owner_note(noted)), noted);
}

// Any program that may report can write anything there.
TEST(OwnerNote, IsIgnoredInAnyOtherForm) {
    for (const std::string& text : {std::string(), std::string("1"), std::string("1 -"), std::string(" - a"),
                                    std::string("1  a"), std::string("\x01 - a"), std::string("\xff - a"),
                                    std::string("1 \xff a"), std::string(101, '1') + " - a"})
        EXPECT_EQ(parse_owner_note(text), std::nullopt) << text;
}

}  // namespace contrail
