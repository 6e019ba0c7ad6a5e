#pragma once

#include <spdlog/formatter.h>
#include <spdlog/pattern_formatter.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "contrail/component_log.hpp"

namespace contrail {

/// What belongs to an event besides its message: spdlog has no place for it. The program's log is written by
/// the thread on which the event happens, so that its formatter finds it there.
struct EventContext {
    std::string_view component{};
    const LogField* id = nullptr;
    std::span<const LogField> fields{};

    /// Of the event that this thread writes now; nothing is set if it did not come from a ComponentLog.
    static const EventContext& current();
};

/// Makes a context the current one, for as long as it lives.
class EventContextScope {
public:
    explicit EventContextScope(const EventContext& context);
    ~EventContextScope();
    EventContextScope(const EventContextScope&) = delete;
    EventContextScope& operator=(const EventContextScope&) = delete;

private:
    EventContext before_;
};

/// For people: `2026-11-25T09:00:00.123+00:00 info streamer: …`, on one line whatever the message.
class TextLine final : public spdlog::formatter {
public:
    TextLine();
    void format(const spdlog::details::log_msg& event, spdlog::memory_buf_t& out) override;
    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override;

private:
    spdlog::pattern_formatter beginning_;
};

/// For programs: one JSON object, with `time`, `level`, `component`, `message`, and the event's fields. What
/// is not UTF-8 is replaced.
class JsonLine final : public spdlog::formatter {
public:
    /// `program`: the component of events that tell of none.
    explicit JsonLine(std::string program) : program_(std::move(program)) {}
    void format(const spdlog::details::log_msg& event, spdlog::memory_buf_t& out) override;
    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override;

private:
    std::string program_;
};

}  // namespace contrail
