#pragma once

#include <hiredis/hiredis.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/settings.hpp"

namespace contrail::bench {

struct FreeReply {
    void operator()(redisReply* reply) const noexcept { freeReplyObject(reply); }
};
using ReplyHandle = std::unique_ptr<redisReply, FreeReply>;

/// A connection to Redis on hiredis, for the bare loops, and to inspect the log.
///
/// Errors  Every call throws Error (Retry::never): after one, a benchmark would measure something else.
class BareRedis {
public:
    explicit BareRedis(const Settings& settings);

    [[nodiscard]] redisContext* native() const noexcept { return connection_.get(); }

    /// Sends one command and returns its reply. Throws at an error reply.
    ReplyHandle run(const std::vector<std::string>& command) const;

    /// Sends what redisAppendCommand… buffered.
    void flush() const;

    /// The next reply. Throws at an error reply.
    ReplyHandle reply() const;

private:
    std::unique_ptr<redisContext, decltype(&redisFree)> connection_;
};

/// Offset of the stream's last entry; 0 if there is none.
std::uint64_t head_offset(const BareRedis& redis, const std::string& stream);

/// The offset in a record id as Redis writes it: `1700000000000-42`.
std::uint64_t offset_in(std::string_view id);

}  // namespace contrail::bench
