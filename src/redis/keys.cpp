#include "redis/keys.hpp"

#include "contrail/error.hpp"

namespace contrail::redis {

namespace {

/// Redis hashes what stands between the first brace and the next closing one, or all if that is nothing.
bool has_hash_tag(const std::string& key) {
    const auto open = key.find('{');
    const auto close = key.find('}', open == std::string::npos ? key.size() : open);
    return close != std::string::npos && close > open + 1;
}

std::string beside_stream(const std::string& stream, bool in_cluster) {
    if (!in_cluster || has_hash_tag(stream)) return stream;
    if (stream.find_first_of("{}") != std::string::npos)
        throw Error(Retry::never, "The log's name " + stream +
                                      " has braces that are no hash tag, and in a Redis Cluster all its keys "
                                      "must be in one slot. Choose a name without braces.");
    return '{' + stream + '}';
}

}  // namespace

Keys::Keys(const StreamName& name, bool in_cluster)
    : stream(name.str()),
      beside(beside_stream(stream, in_cluster)),
      positions(beside + ":positions"),
      owners(beside + ":owners"),
      cut_offs(beside + ":cut_off"),
      identity(beside + ":identity"),
      status(beside + ":reports"),
      rebuilt(beside + ":rebuild") {}

}  // namespace contrail::redis
