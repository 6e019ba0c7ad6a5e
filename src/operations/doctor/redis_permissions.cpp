#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "operations/doctor/checks.hpp"

namespace contrail::operations::doctor {

namespace {

std::string reply_to(RedisSession& session, const RedisRight& right, const redis::Keys& keys) {
    const auto words = harmless_words(right, keys);
    const std::vector<std::string_view> command(words.begin(), words.end());
    return std::string(session.ask(command).text);
}

bool is_unknown(std::string_view reply) {
    return reply.starts_with("ERR unknown command") || reply.starts_with("ERR unknown subcommand");
}

/// The command of a rule such as `+xinfo|stream`, as redis.conf names it.
std::string_view command_of(std::string_view rule) {
    return rule.substr(1, rule.find('|') - 1);
}

Finding commands_finding(const RedisPermissions& permissions) {
    const std::string check = "redis.commands";
    if (permissions.unknown.empty()) return ok(check, "under their own names");
    std::vector<std::string_view> names;
    for (const auto rule : permissions.unknown) names.push_back(command_of(rule));
    return error(
        check, fmt::format("unknown to this server: {}", fmt::join(names, " ")),
        "Commands that have another name, or none, fail, also inside scripts. Redis before version 5 lacks some of "
        "them. Remove the lines from Redis's configuration, and restart it. To protect the server, give users rights "
        "instead.",
        {"grep -n '^rename-command' /etc/redis/redis.conf"});
}

}  // namespace

RedisPermissions gather_redis_permissions(RedisSession& session, Part part, const redis::Keys& keys) {
    RedisPermissions permissions{.part = part, .keys = keys};
    for (const RedisRight& right : redis_rights())
        if (postgres::includes(part, right.part)) {
            const std::string reply = reply_to(session, right, keys);
            auto& rules = is_unknown(reply) ? permissions.unknown : permissions.missing;
            const bool is_new = std::ranges::find(rules, right.rule) == rules.end();
            if (is_new && (is_unknown(reply) || reply.starts_with("NOPERM"))) rules.push_back(right.rule);
        }
    return permissions;
}

Findings judge(const RedisPermissions& permissions, const RedisCli& cli) {
    const std::string check = "redis.rights";
    const auto part = postgres::name(permissions.part);
    if (permissions.missing.empty())
        return {commands_finding(permissions),
                ok(check, fmt::format("user {} has all that a {} needs", cli.user(), part))};
    const std::string rules = acl_rules(permissions.part, permissions.keys);
    return {
        commands_finding(permissions),
        error(
            check,
            fmt::format("user {} lacks for a {}: {}", cli.user(), part, fmt::join(permissions.missing, " ")),
            "Commands that need these rights fail (NOPERM). `contrail doctor --for PART` checks the rights of "
            "another part.",
            {cli("ACL SETUSER " + cli.user() + " '" + rules + "'")})};
}

}  // namespace contrail::operations::doctor
