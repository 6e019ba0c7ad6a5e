#include "logging/line_formatter.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.hpp"
#include "base/utc.hpp"

namespace contrail::logging {

namespace {

using Json = nlohmann::ordered_json;

LineContext& current_context() {
    thread_local LineContext context;
    return context;
}

std::string_view text_of(const spdlog::string_view_t& text) {
    return {text.data(), text.size()};
}

void append(spdlog::memory_buf_t& out, std::string_view text) {
    out.append(text.data(), text.data() + text.size());
}

Json json_of(const LogField::Value& value) {
    if (const auto* const id = std::get_if<RecordId>(&value)) return id->to_string();
    if (const auto* const text = std::get_if<std::string_view>(&value)) return *text;
    if (const auto* const number = std::get_if<std::uint64_t>(&value)) return *number;
    return std::get<std::int64_t>(value);
}

std::string_view priority(spdlog::level::level_enum level) {
    switch (level) {
        case spdlog::level::critical:
            return "<2>";
        case spdlog::level::err:
            return "<3>";
        case spdlog::level::warn:
            return "<4>";
        case spdlog::level::info:
            return "<6>";
        default:
            return "<7>";
    }
}

std::string time_text(spdlog::log_clock::time_point time) {
    const auto since_1970 = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
    return base::utc_text_ms(static_cast<std::uint64_t>(since_1970.count()));
}

}  // namespace

const LineContext& LineContext::current() {
    return current_context();
}

LineContextScope::LineContextScope(const LineContext& context)
    : before_(std::exchange(current_context(), context)) {}

LineContextScope::~LineContextScope() {
    current_context() = before_;
}

TextLine::TextLine(Beginning beginning)
    : beginning_(beginning),
      time_and_level_("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ ", spdlog::pattern_time_type::local, /*eol=*/"") {}

void TextLine::format(const spdlog::details::log_msg& event, spdlog::memory_buf_t& out) {
    if (beginning_ == Beginning::time_and_level) time_and_level_.format(event, out);
    if (const auto component = LineContext::current().component; !component.empty()) {
        append(out, component);
        if (const auto stream = LineContext::current().stream; !stream.empty()) {
            append(out, " ");
            append(out, stream);
        }
        append(out, ": ");
    }
    append(out, base::harmless(std::string(text_of(event.payload))));
    append(out, "\n");
}

std::unique_ptr<spdlog::formatter> TextLine::clone() const {
    return std::make_unique<TextLine>(beginning_);
}

void JsonLine::format(const spdlog::details::log_msg& event, spdlog::memory_buf_t& out) {
    const LineContext& context = LineContext::current();
    Json line{{"time", time_text(event.time)},
              {"level", text_of(spdlog::level::to_string_view(event.level))},
              {"component", context.component.empty() ? std::string_view(program_) : context.component},
              {"message", text_of(event.payload)}};
    if (!context.stream.empty()) line["stream"] = context.stream;
    if (context.id != nullptr) line[context.id->name()] = json_of(context.id->value());
    for (const LogField& field : context.fields) line[field.name()] = json_of(field.value());
    append(out, line.dump(-1, ' ', false, Json::error_handler_t::replace));
    append(out, "\n");
}

std::unique_ptr<spdlog::formatter> JsonLine::clone() const {
    return std::make_unique<JsonLine>(program_);
}

void JournalLine::format(const spdlog::details::log_msg& event, spdlog::memory_buf_t& out) {
    append(out, priority(event.level));
    line_->format(event, out);
}

std::unique_ptr<spdlog::formatter> JournalLine::clone() const {
    return std::make_unique<JournalLine>(line_->clone());
}

}  // namespace contrail::logging
