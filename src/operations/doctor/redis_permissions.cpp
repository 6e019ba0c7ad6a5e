#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operations/doctor/checks.hpp"

namespace contrail::operations::doctor {

namespace {

std::vector<std::string> command_words(std::string_view command, const std::string& stream) {
    constexpr std::string_view placeholder = "@stream@";
    std::vector<std::string> words;
    while (!command.empty()) {
        std::string word(command.substr(0, command.find(' ')));
        command.remove_prefix(std::min(word.size() + 1, command.size()));
        if (word.starts_with(placeholder)) word.replace(0, placeholder.size(), stream);
        words.push_back(std::move(word));
    }
    return words;
}

bool may(RedisSession& session, const RedisRight& right, const std::string& stream) {
    const auto words = command_words(right.harmless, stream);
    const std::vector<std::string_view> command(words.begin(), words.end());
    return !session.ask(command).text.starts_with("NOPERM");
}

}  // namespace

RedisPermissions gather_redis_permissions(RedisSession& session, Part part, const std::string& stream) {
    RedisPermissions permissions{.part = part, .stream = stream};
    for (const RedisRight& right : redis_rights())
        if (postgres::includes(part, right.part) && !may(session, right, stream))
            permissions.missing.push_back(right.rule);
    return permissions;
}

Findings judge(const RedisPermissions& permissions, const RedisCli& cli) {
    const std::string check = "redis.rights";
    const auto part = postgres::name(permissions.part);
    if (permissions.missing.empty())
        return {ok(check, fmt::format("user {} has all that a {} needs", cli.user(), part))};
    const std::string rules = acl_rules(permissions.part, permissions.stream);
    return {error(
        check,
        fmt::format("user {} lacks for a {}: {}", cli.user(), part, fmt::join(permissions.missing, " ")),
        "Commands that need these rights fail (NOPERM). `contrail doctor --for PART` checks the rights of "
        "another part.",
        {cli("ACL SETUSER " + cli.user() + " '" + rules + "'")})};
}

}  // namespace contrail::operations::doctor
