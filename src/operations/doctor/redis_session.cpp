#include "operations/doctor/redis_session.hpp"

#include <charconv>
#include <utility>

#include "redis/command.hpp"
#include "redis/replies.hpp"

namespace contrail::operations::doctor {

RedisSession::RedisSession(redis::Endpoint endpoint, const std::string& stream)
    : connection_(std::move(endpoint), stream, {}) {}

const redis::Reply& RedisSession::ask(std::span<const std::string_view> command) {
    try {
        connection_.open();
        std::string bytes;
        redis::begin_command(bytes, command.size());
        for (const auto argument : command) redis::add_argument(bytes, argument);
        connection_->send(bytes);
        return connection_->receive(std::chrono::milliseconds(0));
    } catch (const Error& error) {
        const Error failure = whole(error, command);
        connection_.close();
        throw Error(failure);
    }
}

const redis::Reply& RedisSession::require(std::span<const std::string_view> command) {
    const redis::Reply& reply = ask(command);
    try {
        return redis::require_no_error(reply);
    } catch (const Error& error) {
        throw whole(error, command);
    }
}

const redis::Reply* RedisSession::ask_if_allowed(std::initializer_list<std::string_view> command) {
    const redis::Reply& reply = ask(command);
    return reply.text.starts_with("NOPERM") ? nullptr : &require(command);
}

/// The Redis adapter's messages complete a sentence that names the server.
Error RedisSession::whole(const Error& error, std::span<const std::string_view> command) {
    return {error.retry(), "Cannot run " + std::string(command.front()) + ": Redis at " + connection_.name() +
                               ' ' + error.what()};
}

RedisInfo::RedisInfo(RedisSession& session, std::initializer_list<std::string_view> command) {
    std::string_view rest = session.require(command).text;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find("\r\n"));
        rest.remove_prefix(std::min(line.size() + 2, rest.size()));
        const auto colon = line.find(':');
        if (colon != std::string_view::npos) values_.emplace(line.substr(0, colon), line.substr(colon + 1));
    }
}

std::string RedisInfo::text(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? "" : found->second;
}

std::uint64_t RedisInfo::number(std::string_view name) const {
    const std::string digits = text(name);
    std::uint64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

std::optional<std::string> redis_setting(RedisSession& session, std::string_view name) {
    const redis::Reply& reply = session.ask({"CONFIG", "GET", name});
    if (reply.elements.size() != 2) return std::nullopt;
    return std::string(reply.elements[1].text);
}

}  // namespace contrail::operations::doctor
