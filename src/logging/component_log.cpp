#include "contrail/component_log.hpp"

#include <fmt/args.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "logging/line_formatter.hpp"

namespace contrail {

namespace {

using Arguments = fmt::dynamic_format_arg_store<fmt::format_context>;

void add(Arguments& arguments, const LogField& field) {
    if (const auto* const id = std::get_if<RecordId>(&field.value())) {
        arguments.push_back(fmt::arg(field.name(), id->to_string()));
    } else if (const auto* const text = std::get_if<std::string_view>(&field.value())) {
        arguments.push_back(fmt::arg(field.name(), *text));
    } else if (const auto* const number = std::get_if<std::uint64_t>(&field.value())) {
        arguments.push_back(fmt::arg(field.name(), *number));
    } else {
        arguments.push_back(fmt::arg(field.name(), std::get<std::int64_t>(field.value())));
    }
}

}  // namespace

void ComponentLog::debug(std::string_view message, std::initializer_list<LogField> fields) const {
    write(spdlog::level::debug, message, fields);
}

void ComponentLog::info(std::string_view message, std::initializer_list<LogField> fields) const {
    write(spdlog::level::info, message, fields);
}

void ComponentLog::warn(std::string_view message, std::initializer_list<LogField> fields) const {
    write(spdlog::level::warn, message, fields);
}

void ComponentLog::error(std::string_view message, std::initializer_list<LogField> fields) const {
    write(spdlog::level::err, message, fields);
}

void ComponentLog::write(int level, std::string_view message, std::span<const LogField> fields) const {
    const auto severity = static_cast<spdlog::level::level_enum>(level);
    spdlog::logger& logger = *spdlog::default_logger_raw();
    if (!logger.should_log(severity)) return;
    Arguments arguments;
    if (id_) add(arguments, *id_);
    for (const LogField& field : fields) add(arguments, field);
    const std::string text = fmt::vformat(message, arguments);
    const logging::LineContextScope scope({.stream = logging::LineContext::current().stream,
                                           .component = component_,
                                           .id = id_ ? &*id_ : nullptr,
                                           .fields = fields});
    logger.log(severity, spdlog::string_view_t(text));
}

}  // namespace contrail
