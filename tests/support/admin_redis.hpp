#pragma once

#include <hiredis/hiredis.h>

#include <memory>
#include <string>
#include <vector>

namespace contrail::test {

/// A plain connection to Redis, by which a test looks at keys and makes trouble, without going through the
/// code under test.
class AdminRedis {
public:
    /// `url`: of one server, as PrivateRedis gives it. Throws std::runtime_error if the server does not answer.
    explicit AdminRedis(const std::string& url);

    /// Runs one command, and returns its reply as redis-cli would print it without decoration: nested
    /// replies in a row, separated by spaces. Throws std::runtime_error at an error reply.
    std::string run(const std::vector<std::string>& command);

    /// Drops the entries before `keep_from`, on every version: before Redis 6.2 XTRIM has no MINID.
    void trim(const std::string& stream, const std::string& keep_from);

private:
    std::unique_ptr<redisContext, decltype(&redisFree)> connection_;
};

}  // namespace contrail::test
