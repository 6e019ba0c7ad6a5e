#include "redis/errors.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace contrail::redis {

namespace {

constexpr std::string_view password_required = "It requires a password: write it in the Redis URL.";
constexpr std::string_view no_password_set =
    "It has no password set: remove the password from the Redis URL.";
constexpr std::string_view one_slot =
    "It is a node of a Redis Cluster, where all keys of a log must be in one slot: write the URL of the log as "
    "redis+cluster://host,host.";
constexpr std::string_view moving =
    "The log's slot of the Redis Cluster moves to another node. See CLUSTER NODES if that lasts longer than the log's "
    "size explains.";
constexpr std::string_view cluster_down =
    "The Redis Cluster lacks a master for some slots. Start it again, or let a replica take over (CLUSTER FAILOVER "
    "TAKEOVER at the replica).";
constexpr std::string_view renamed =
    "Contrail needs Redis 5 or newer, and every command under its own name: remove rename-command from its "
    "configuration, and restart it. `contrail doctor` names the commands that are missing.";
constexpr std::string_view killed =
    "An operator ended a script that had written nothing yet (SCRIPT KILL). If Redis was busy for long, see SLOWLOG "
    "GET.";
constexpr std::string_view wrong_database = "Correct the database number in the Redis URL.";
constexpr std::string_view rights =
    "Grant the user what its program runs (of EVAL, EXISTS, XADD, XGROUP, XINFO, XLEN, XREAD, XTRIM, HGET, HGETALL, "
    "HLEN, HSET, HDEL, MEMORY, INFO and TIME) on the log's key and on the keys beside it that end in ':positions', "
    "':owners', ':cut_off', ':identity' and ':reports'.";

struct Rule {
    std::string_view beginning;  ///< Of the reply; ends with a whole word.
    Retry retry;
    std::string_view advice;
};

// Redis refuses a command before it does any part of it. So "later" is always Retry::call, and never in
// doubt.
constexpr auto rules = std::to_array<Rule>({
    // later: the same command can succeed with the same settings of this program
    {"LOADING", Retry::call, "It reads its data from disk, and will reply when it is done."},
    {"BUSY", Retry::call, "A script keeps it busy. SCRIPT KILL ends a script that has written nothing yet."},
    {"ERR Script killed by user", Retry::call, killed},
    {"Script killed by user", Retry::call, killed},
    {"OOM", Retry::call,
     "Give it more memory (maxmemory), or find the consumer that keeps the log from being trimmed (`contrail "
     "status`)."},
    {"MISCONF", Retry::call,
     "It cannot write to its disk. Read its log, then free space or repair the disk."},
    {"READONLY", Retry::call, "It is a replica. After a failover, let the Redis URL lead to the new master."},
    {"MASTERDOWN", Retry::call,
     "It is a replica that has lost its master. Restore their connection, or let the Redis URL lead to the "
     "new master."},
    {"NOREPLICAS", Retry::call, "Too few replicas follow it. Repair them, or lower min-replicas-to-write."},
    {"UNBLOCKED", Retry::call, "It changed its role while a read waited."},
    {"TOOMANYNAMES", Retry::call,
     "Another program has written names beside the log, under ':positions', that are no consumers. A log has at most "
     "1,000 consumers. Find the program and take its rights, then run DEL on that key: consumers that run report again "
     "at once, and PostgreSQL remembers the others."},
    {"MOVED", Retry::call,
     "Another node of the Redis Cluster serves the log. If this lasts, write the URL of the log as "
     "redis+cluster://host,host."},
    {"ASK", Retry::call, moving},
    {"TRYAGAIN", Retry::call, moving},
    {"ERR The ID specified in XADD", Retry::call,
     "Another program has written to the log, or has changed its end. The streamer looks for its place again."},
    {"ERR Script attempted to access a non local key", Retry::call, moving},
    {"Script attempted to access a non local key", Retry::call, moving},
    {"CLUSTERDOWN", Retry::call, cluster_down},
    {"ERR Script attempted to execute a command while the cluster is down", Retry::call, cluster_down},
    {"ERR Script attempted to execute a write command while the cluster is down", Retry::call, cluster_down},
    {"ERR max number of clients", Retry::call,
     "Raise maxclients, or find out which programs hold so many connections (CLIENT LIST)."},

    // never: an operator must act
    {"NOAUTH", Retry::never, password_required},
    // Before it has a password, Redis reads no command of more than ten arguments.
    {"ERR Protocol error: unauthenticated", Retry::never, password_required},
    {"WRONGPASS", Retry::never, "Correct the user and the password in the Redis URL."},
    {"ERR invalid password", Retry::never, "Correct the password in the Redis URL."},
    {"ERR AUTH", Retry::never, no_password_set},
    {"ERR Client sent AUTH", Retry::never, no_password_set},
    {"ERR wrong number of arguments for 'auth' command", Retry::never,
     "Before Redis 6 there are no users: write the Redis URL with a password alone, redis://:password@host."},
    {"NOPERM", Retry::never, rights},
    {"ERR The user executing the script", Retry::never, rights},
    {"WRONGTYPE", Retry::never,
     "Another program keeps a value of another type under the log's key, or under one of those beside it that end in "
     "':positions', ':owners', ':cut_off', ':identity', ':reports' and ':rebuild'. `contrail doctor` names the key. "
     "Rename it, or choose another stream name."},
    {"OTHEROUTBOX", Retry::never,
     "Nothing was changed. Check DATABASE_URL, the Redis URL and STREAM_NAME: one of them leads to another "
     "service, or to a copy of its database. If this outbox is to feed the log from now on, stop the streamers "
     "of the other one and run `contrail adopt`."},
    {"OTHEROWNER", Retry::never,
     "A consumer's name belongs to the database of its checkpoint, because the log is trimmed behind its position. "
     "Nothing was changed. Give this consumer a name of its own, or correct DATABASE_URL. If the consumer has moved to "
     "this database for good, stop it in the other one and run `contrail consumer move`."},
    {"ERR No such master with that name", Retry::never,
     "The sentinels watch it under another name. Correct the master's name in the URL of the log."},
    {"ERR invalid DB index", Retry::never, wrong_database},
    {"ERR DB index is out of range", Retry::never, wrong_database},
    {"DENIED", Retry::never, "It accepts local connections only (protected mode). Set a password for it."},
    {"ERR SELECT is not allowed in cluster mode", Retry::never,
     "A Redis Cluster has only database 0: name no other in the Redis URL."},
    {"CROSSSLOT", Retry::never, one_slot},
    {"ERR unknown command", Retry::never, renamed},
    {"ERR Unknown Redis command called from script", Retry::never, renamed},
    {"Unknown Redis command called from Lua script", Retry::never, renamed},
});

/// "OOM" begins "OOM command not allowed", but "BUSY" does not begin "BUSYGROUP …".
bool begins(std::string_view reply, std::string_view beginning) {
    if (!reply.starts_with(beginning)) return false;
    return reply.size() == beginning.size() || reply[beginning.size()] == ' ' ||
           reply[beginning.size()] == ',';
}

/// Before Redis 7 a failure inside a script arrives as
/// `ERR Error running script (call to f_…): @user_script:3: OOM command not allowed …`, or with a second
/// `@user_script: 3: ` if it is not a command's own. One that the script returns begins with that. What the server
/// refuses by itself has a `-` in front there.
std::string_view without_script_in_front(std::string_view reply) {
    if (!reply.starts_with("ERR Error running script") && !reply.starts_with("@user_script:")) return reply;
    const auto script = reply.rfind("@user_script:");
    if (script == std::string_view::npos) return reply;
    const auto line = reply.find_first_of("0123456789", script);
    const auto cause = reply.find(": ", line);
    if (cause == std::string_view::npos) return reply;
    const std::string_view text = reply.substr(cause + 2);
    return text.starts_with('-') ? text.substr(1) : text;
}

/// Redis 7 appends ` script: <hash>, on @user_script:3.`, and to an unknown command the first arguments.
std::string_view without_tail(std::string_view reply) {
    return reply.substr(0, std::min({reply.find(" script: "), reply.find(", with args beginning with"),
                                     reply.find_last_not_of("\r\n ") + 1}));
}

}  // namespace

std::string_view cause_of_reply(std::string_view reply) {
    return without_tail(without_script_in_front(reply));
}

Error error_of_reply(std::string_view reply) {
    const std::string_view cause = cause_of_reply(reply);
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [&](const Rule& each) { return begins(cause, each.beginning); });
    const std::string quoted = "replied \"" + std::string(cause) + "\". ";
    if (rule == rules.end())
        return {Retry::never, quoted + "Contrail has no advice for this error. Read the server's log."};
    return {rule->retry, quoted + std::string(rule->advice)};
}

}  // namespace contrail::redis
