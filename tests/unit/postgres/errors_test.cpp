#include "postgres/errors.hpp"

#include <gtest/gtest.h>

namespace contrail::postgres {

TEST(LibpqsMessage, IsInOneLineWithItsSentencesApart) {
    EXPECT_EQ(
        in_sentences(
            "connection to server on socket \"/run/.s.PGSQL.5432\" failed: No such file or directory\n"
            "\tIs the server running locally and accepting connections on that socket?\n"),
        "connection to server on socket \"/run/.s.PGSQL.5432\" failed: No such file or directory. Is the server "
        "running locally and accepting connections on that socket?");
    EXPECT_EQ(in_sentences("WARNING:  a mismatch\nDETAIL:  It was made so.\nHINT:  Rebuild\n   all of it\n"),
              "WARNING: a mismatch. DETAIL: It was made so. HINT: Rebuild all of it");
    EXPECT_EQ(in_sentences(""), "");
}

TEST(Text, IsInOneLineWithSingleSpaces) {
    EXPECT_EQ(in_one_line(" SELECT  1\n\tFROM Rides\n"), "SELECT 1 FROM Rides");
}

}  // namespace contrail::postgres
