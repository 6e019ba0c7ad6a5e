#include "base/name_lookup.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>

#include "base/file_descriptor.hpp"

namespace contrail::base {

namespace {

std::atomic<bool> silent{true};

/// A name service that says nothing until `silent` ends.
int find_nothing(const char* /*host*/, const char* /*port*/, const addrinfo* /*hints*/,
                 addrinfo** /*found*/) {
    silent.wait(true);
    return EAI_NONAME;
}

Deadline soon() {
    return std::chrono::steady_clock::now() + std::chrono::milliseconds(1);
}

Deadline never() {
    return std::chrono::steady_clock::now() + std::chrono::hours(1);
}

}  // namespace

TEST(NameLookup, FindsTheAddressesOfAName) {
    const auto found = look_up("localhost", 5432, never());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->error, 0);
    EXPECT_NE(found->addresses, nullptr);
}

TEST(NameLookup, GivesUpASilentNameServiceAtTheDeadline) {
    EXPECT_FALSE(look_up("db.example", 5432, soon(), find_nothing));
    silent = false;
    silent.notify_all();
}

TEST(NameLookup, SaysWhyThereIsNoAddress) {
    silent = false;
    const auto found = look_up("db.example", 5432, never(), find_nothing);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->error, EAI_NONAME);
}

// The system's own call says that there is no such name.
TEST(NameLookup, TellsAWantOfDescriptorsFromAWrongName) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const FileDescriptor lowest_free(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    rlimit none = before;
    none.rlim_cur = static_cast<rlim_t>(lowest_free.get());
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const auto found = look_up("db.example", 5432, never());
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    ASSERT_TRUE(found);
    EXPECT_NE(found->error, 0);
    EXPECT_TRUE(found->lacks_descriptors);
}

TEST(NameLookup, AsksNoNameServiceForAnAddress) {
    for (const char* address : {"127.0.0.1", "::1"}) {
        const auto found = look_up(address, 5432, soon(), find_nothing);
        ASSERT_TRUE(found) << address;
        EXPECT_EQ(found->error, 0) << address;
    }
}

}  // namespace contrail::base
