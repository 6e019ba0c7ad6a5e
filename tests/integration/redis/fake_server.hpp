#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "servers/descriptors.hpp"

namespace contrail::test {

/// A server that misbehaves as it is told, on a free port of 127.0.0.1. The first connection gets the
/// first play, and so on; those for which no play is left are accepted and never answered.
class FakeServer {
public:
    /// What it does on a connection, which it closes afterwards.
    using Play = std::function<void(int connection)>;

    explicit FakeServer(std::vector<Play> plays = {});
    /// Waits for the play that runs: end the client first.
    ~FakeServer();
    FakeServer(const FakeServer&) = delete;
    FakeServer& operator=(const FakeServer&) = delete;

    [[nodiscard]] std::string url(const std::string& scheme = "redis") const;

    /// Waits for a request, sends `answer` and closes.
    static Play answer(const std::string& answer);
    /// Sends back all that it receives, and receives no more while that does not go.
    static Play echo();
    /// Passes all on to the unix socket `path` and back.
    static Play relay(const std::string& path);
    /// The same, and counts the bytes of the answers that the client has room for.
    static Play relay(const std::string& path, std::atomic<std::size_t>& answer_bytes);
    /// The same, but in requests `word` becomes `other`, which is as long.
    static Play relay_replacing(const std::string& path, const std::string& word, const std::string& other);
    /// Passes requests on to the unix socket `path`, and closes when the first answer comes back.
    static Play lose_answer(const std::string& path);

private:
    servers::FileDescriptor listener_;
    std::thread thread_;
};

}  // namespace contrail::test
