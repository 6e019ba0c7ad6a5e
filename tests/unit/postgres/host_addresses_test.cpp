#include "postgres/host_addresses.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "contrail/error.hpp"

namespace contrail::postgres {

namespace {

/// A name service that knows `db1`, with two addresses, and `db2`, with one.
int find_two(const char* host, const char* /*port*/, const addrinfo* hints, addrinfo** found) {
    const std::string name = host;
    if (name != "db1" && name != "db2") return EAI_NONAME;
    addrinfo numeric = *hints;
    numeric.ai_flags = AI_NUMERICHOST;
    const int error = ::getaddrinfo("10.0.0.1", nullptr, &numeric, found);
    if (name == "db1" && error == 0) return ::getaddrinfo("10.0.0.2", nullptr, &numeric, &(*found)->ai_next);
    return error;
}

std::atomic<bool> silent{true};

int find_nothing(const char* /*host*/, const char* /*port*/, const addrinfo* /*hints*/,
                 addrinfo** /*found*/) {
    silent.wait(true);
    return EAI_NONAME;
}

base::Deadline later() {
    return std::chrono::steady_clock::now() + std::chrono::hours(1);
}

struct Case {
    const char* url;
    const char* hosts;
    const char* addresses;
    const char* ports;
};

}  // namespace

TEST(HostAddresses, AreTriedOneByOneUnderTheNameOfTheirHost) {
    constexpr Case cases[] = {
        {"postgres://db1/rides", "db1,db1", "10.0.0.1,10.0.0.2", ","},
        {"postgres://db1:5433/rides", "db1,db1", "10.0.0.1,10.0.0.2", "5433,5433"},
        {"postgres://db2:1,db1:2/rides", "db2,db1,db1", "10.0.0.1,10.0.0.1,10.0.0.2", "1,2,2"},
        {"postgres://unknown/rides", "unknown", "", ""},
        {"postgres://127.0.0.1/rides", "127.0.0.1", "127.0.0.1", ""},
        {"host=/run/postgresql,db2 dbname=rides", "/run/postgresql,db2", ",10.0.0.1", ","},
        {"host=db1 hostaddr=10.0.0.9", "db1", "10.0.0.9", ""},
        {"hostaddr=10.0.0.9,10.0.0.8 port=1", ",", "10.0.0.9,10.0.0.8", "1,1"},
        {"host=db1,db2 hostaddr=10.0.0.9", "", "", ""},
        {"dbname=rides", "", "", ""},
        {"host=db1,db2 port=1,2,3", "", "", ""},
    };
    for (const auto& each : cases) {
        const auto lists = lists_of(host_addresses(read_database_url(each.url), later(), find_two));
        EXPECT_EQ(lists.hosts, each.hosts) << each.url;
        EXPECT_EQ(lists.addresses, each.addresses) << each.url;
        EXPECT_EQ(lists.ports, each.ports) << each.url;
    }
}

TEST(HostAddresses, AreGivenUpIfTheNameServiceIsSilent) {
    const auto options = read_database_url("postgres://db1/rides");
    try {
        host_addresses(options, std::chrono::steady_clock::now(), find_nothing);
        ADD_FAILURE() << "it answered";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::call);
        EXPECT_STREQ(
            error.what(),
            "Cannot connect to PostgreSQL: the name service did not answer for host 'db1'. Repair the "
            "name service, or put the server's address into DATABASE_URL.");
    }
    silent = false;
    silent.notify_all();
}

}  // namespace contrail::postgres
