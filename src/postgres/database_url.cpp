#include "postgres/database_url.hpp"

#include <string_view>

#include "contrail/error.hpp"
#include "postgres/handles.hpp"

namespace contrail::postgres {

namespace {

/// Begins libpq's message about such a parameter, which libpq translates only if the program calls setlocale().
constexpr std::string_view unknown_parameter = "invalid URI query parameter";

/// libpq's own message quotes the URL, perhaps with the password.
[[noreturn]] void throw_unreadable() {
    throw Error(
        Retry::never,
        "Cannot read DATABASE_URL as a PostgreSQL connection string or URI. It is not shown here, because it "
        "may contain a password. Write it like postgres://user:password@host:5432/database. Percent-encode "
        "every character of user and password that is neither a letter nor a digit: @ as %40, / as %2F, : as "
        "%3A.");
}

/// Which parameter it is stays unsaid: in a password with an unencoded ? it would be a part of that.
[[noreturn]] void throw_unknown_parameter() {
    throw Error(
        Retry::never,
        "Cannot read DATABASE_URL: after its ? stands a parameter that libpq does not know. Other "
        "drivers read ?schema=public or ?pgbouncer=true, for instance. Remove the parameter. The flag --schema "
        "and the variable CONTRAIL_SCHEMA name the schema of Contrail's tables. If the ? belongs to "
        "the password, write it as %3F.");
}

/// libpq takes a part of a password with an unencoded @ or / for a host, a port or a database, which messages
/// show.
bool holds_part_of_a_password(const std::string& keyword, const std::string& value) {
    constexpr auto none = std::string::npos;
    if (keyword == "host") return value.find('@', 1) != none;  // A leading @ marks an abstract socket.
    if (keyword == "dbname") return value.find('@') != none;
    if (keyword == "port") return value.find_first_not_of("0123456789,") != none;
    return false;
}

}  // namespace

ConnectionOptions read_database_url(const std::string& url) {
    char* reason = nullptr;
    const OptionsHandle parsed(PQconninfoParse(url.c_str(), &reason));
    const TextHandle reason_owner(reason);
    if (!parsed && reason != nullptr && std::string_view(reason).starts_with(unknown_parameter))
        throw_unknown_parameter();
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
