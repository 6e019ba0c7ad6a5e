#include "postgres/database_url.hpp"

#include "contrail/error.hpp"
#include "postgres/handles.hpp"

namespace contrail::postgres {

namespace {

/// libpq's own message quotes the URL, perhaps with the password.
[[noreturn]] void throw_unreadable() {
    throw Error(
        Retry::never,
        "Cannot read DATABASE_URL as a PostgreSQL connection string or URI. It is not shown here, because it "
        "may contain a password. Write it like postgres://user:password@host:5432/database. Percent-encode "
        "every character of user and password that is neither a letter nor a digit: @ as %40, / as %2F, : as "
        "%3A.");
}

/// libpq takes a part of a password with an unencoded @ or / for a host, a port or a database, which messages
/// show.
bool holds_part_of_a_password(const std::string& keyword, const std::string& value) {
    constexpr auto none = std::string::npos;
    if (keyword == "host")
        return value.find('@', 1) != none;  // A leading @ marks an abstract socket.
    if (keyword == "dbname") return value.find('@') != none;
    if (keyword == "port") return value.find_first_not_of("0123456789,") != none;
    return false;
}

}  // namespace

ConnectionOptions read_database_url(const std::string& url) {
    const OptionsHandle parsed(PQconninfoParse(url.c_str(), nullptr));
    if (!parsed) throw_unreadable();
    ConnectionOptions options;
    for (const auto* option = parsed.get(); option->keyword != nullptr; ++option) {
        if (option->val == nullptr) continue;
        if (holds_part_of_a_password(option->keyword, option->val)) throw_unreadable();
        options.emplace(option->keyword, option->val);
    }
    return options;
}

}  // namespace contrail::postgres
