#include "operations/redis_rights.hpp"

#include <algorithm>
#include <utility>

namespace contrail::operations {

namespace {

// No part gets CONFIG GET, which shows passwords: the default user's, and the one for the master.
//
// Redis rejects these for their arguments before it does anything: an id that is none, an odd number of
// values, a field that cannot be a consumer's name.
constexpr RedisRight all_rights[] = {
    {Part::streamer, "+eval", "EVAL return(1) 1 @stream@"},
    {Part::streamer, "+exists", "EXISTS @stream@"},
    {Part::streamer, "+xinfo|groups", "XINFO GROUPS @stream@"},
    {Part::streamer, "+xinfo|stream", "XINFO STREAM @stream@"},
    {Part::streamer, "+xlen", "XLEN @stream@"},
    {Part::streamer, "+xgroup|create", "XGROUP CREATE @stream@ contrail.head not-an-id"},
    {Part::streamer, "+xgroup|setid", "XGROUP SETID @stream@ contrail.head not-an-id"},
    {Part::streamer, "+xadd", "XADD @stream@ not-an-id f v"},
    {Part::streamer, "+xread", "XREAD COUNT 1 STREAMS @stream@ not-an-id"},
    {Part::streamer, "+xtrim", "XTRIM @stream@ NOT-A-WAY 0"},
    {Part::streamer, "+memory|usage", "MEMORY USAGE @stream@ SAMPLES 1"},
    {Part::streamer, "+info", "INFO memory"},
    {Part::streamer, "+hgetall", "HGETALL @stream@:positions"},
    {Part::streamer, "+hlen", "HLEN @stream@:positions"},
    {Part::streamer, "+hset", "HSET @stream@:cut_off odd number of"},
    {Part::streamer, "+hdel", "HDEL @stream@:cut_off ?"},
    {Part::streamer, "+hget", "HGET @stream@:reports streamer"},
    {Part::streamer, "+time", "TIME"},

    {Part::consumer, "+xread", "XREAD COUNT 1 STREAMS @stream@ not-an-id"},
    {Part::consumer, "+exists", "EXISTS @stream@"},
    {Part::consumer, "+xinfo|groups", "XINFO GROUPS @stream@"},
    {Part::consumer, "+xinfo|stream", "XINFO STREAM @stream@"},
    {Part::consumer, "+xlen", "XLEN @stream@"},
    {Part::consumer, "+memory|usage", "MEMORY USAGE @stream@ SAMPLES 1"},
    {Part::consumer, "+info", "INFO memory"},
    {Part::consumer, "+eval", "EVAL return(1) 1 @stream@:positions"},
    {Part::consumer, "+hset", "HSET @stream@:positions odd number of"},
    {Part::consumer, "+hdel", "HDEL @stream@:positions ?"},
    {Part::consumer, "+hlen", "HLEN @stream@:positions"},
    {Part::consumer, "+hget", "HGET @stream@:reports ?"},
    {Part::consumer, "+hget", "HGET @stream@:identity id"},
    {Part::consumer, "+time", "TIME"},

    {Part::monitor, "+info", "INFO memory"},
    {Part::monitor, "+ping", "PING"},
    {Part::monitor, "+time", "TIME"},
    {Part::monitor, "+type", "TYPE @stream@"},
    {Part::monitor, "+eval", "EVAL return(1) 0"},
    {Part::monitor, "+exists", "EXISTS @stream@"},
    {Part::monitor, "+xinfo|groups", "XINFO GROUPS @stream@"},
    {Part::monitor, "+xinfo|stream", "XINFO STREAM @stream@"},
    {Part::monitor, "+xlen", "XLEN @stream@"},
    {Part::monitor, "+xread", "XREAD COUNT 1 STREAMS @stream@ not-an-id"},
    {Part::monitor, "+memory|usage", "MEMORY USAGE @stream@ SAMPLES 1"},
    {Part::monitor, "+hgetall", "HGETALL @stream@:positions"},
    {Part::monitor, "+hget", "HGET @stream@:identity id"},
    {Part::monitor, "+hlen", "HLEN @stream@:positions"},

    // To rebuild the log. An admin has the rights of streamer, consumer, reconciler and monitor, too.
    {Part::admin, "+xrange", "XRANGE @stream@ not-an-id +"},
    {Part::admin, "+rename", "RENAME @stream@:none @stream@:none"},
    {Part::admin, "+unlink", "UNLINK @stream@:none"},
};

/// The keys that the part uses; `%R~`: only reads.
std::string keys_of(Part part, const redis::Keys& keys) {
    if (part == Part::consumer)
        return "%R~" + keys.stream + " ~" + keys.positions + " ~" + keys.owners + " ~" + keys.status +
               " %R~" + keys.cut_offs + " %R~" + keys.identity;
    if (part == Part::monitor) return "%R~" + keys.stream + " %R~" + keys.beside + ":*";
    return "~" + keys.stream + " ~" + keys.beside + ":*";
}

}  // namespace

bool uses_redis(Part part) {
    return part != Part::producer && part != Part::reconciler;
}

std::span<const RedisRight> redis_rights() {
    return all_rights;
}

std::vector<std::string> harmless_words(const RedisRight& right, const redis::Keys& keys) {
    constexpr std::string_view placeholder = "@stream@";
    std::vector<std::string> words;
    std::string_view command = right.harmless;
    while (!command.empty()) {
        std::string word(command.substr(0, command.find(' ')));
        command.remove_prefix(std::min(word.size() + 1, command.size()));
        if (word.starts_with(placeholder))
            word.replace(0, placeholder.size(), word == placeholder ? keys.stream : keys.beside);
        words.push_back(std::move(word));
    }
    return words;
}

std::string acl_rules(Part part, const redis::Keys& keys) {
    std::string rules = keys_of(part, keys);
    for (const RedisRight& right : all_rights) {
        const bool is_new = (rules + ' ').find(' ' + std::string(right.rule) + ' ') == std::string::npos;
        if (includes(part, right.part) && is_new) rules.append(" ").append(right.rule);
    }
    return rules;
}

}  // namespace contrail::operations
