#pragma once

#include "contrail/names.hpp"
#include "redis/stream_client.hpp"
#include "status/status_board.hpp"

namespace contrail::redis {

/// Statuses in a hash beside the stream, Keys::status: its fields are those of the board, its values JSON (see
/// status/program_status.hpp). Times are the server's.
class RedisStatusBoard final : public status::StatusBoard {
public:
    RedisStatusBoard(Endpoint endpoint, const StreamName& stream, Timeouts timeouts = {});

    void post(const std::string& field, const status::ProgramStatus& status) override;
    void post_instance(const std::string& field, const status::ProgramStatus& status) override;
    Posted read() override;

private:
    StreamClient client_;
    std::uint64_t slot_ = 0;  ///< That of post_instance(), as far as known.
};

}  // namespace contrail::redis
