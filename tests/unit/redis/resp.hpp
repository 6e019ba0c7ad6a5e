#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/record.hpp"
#include "redis/command.hpp"
#include "redis/reply.hpp"

// What Redis would send, written by hand.

namespace contrail::redis {

inline std::string one(const std::string& text) {
    std::string bytes;
    add_argument(bytes, text);
    return bytes;
}

/// An array of strings.
inline std::string strings(const std::vector<std::string>& elements) {
    std::string bytes;
    begin_command(bytes, elements.size());
    for (const auto& element : elements) add_argument(bytes, element);
    return bytes;
}

/// An array of replies.
inline std::string array(const std::vector<std::string>& elements) {
    std::string bytes;
    begin_command(bytes, elements.size());
    for (const auto& element : elements) bytes += element;
    return bytes;
}

/// An entry of a stream.
inline std::string entry(const std::string& id, const std::string& fields) {
    return array({one(id), fields});
}

inline const std::vector<std::string> ride = {"action", "create", "object", "ride", "data", "{}"};
inline const Record ride_record{{5, Offset{1}}, "create", "ride", "{}"};

inline std::string number(long long value) {
    return ':' + std::to_string(value) + "\r\n";
}

inline void feed(ReplyReader& reader, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto room = reader.room();
        reader.received(bytes.copy(room.data(), room.size()));
        bytes.remove_prefix(std::min(bytes.size(), room.size()));
    }
}

/// A reply, and the reader in whose memory it lies.
class Parsed {
public:
    explicit Parsed(const std::string& bytes) {
        feed(reader_, bytes);
        reply_ = reader_.next();
    }
    const Reply& operator*() const { return *reply_; }

private:
    ReplyReader reader_;
    const Reply* reply_ = nullptr;
};

}  // namespace contrail::redis
