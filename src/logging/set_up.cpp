#include "logging/set_up.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>
#include <utility>

#include "logging/journal.hpp"
#include "logging/line_formatter.hpp"

namespace contrail::logging {

namespace {

bool no_colour_wanted() {
    const char* const no_color = std::getenv("NO_COLOR");
    return no_color != nullptr && *no_color != '\0';
}

std::unique_ptr<spdlog::formatter> formatter(const std::string& program, Format format) {
    const bool journal = writes_to_journal();
    std::unique_ptr<spdlog::formatter> line;
    if (format == Format::json)
        line = std::make_unique<JsonLine>(program);
    else
        line = std::make_unique<TextLine>(journal ? TextLine::Beginning::component
                                                  : TextLine::Beginning::time_and_level);
    return journal ? std::make_unique<JournalLine>(std::move(line)) : std::move(line);
}

}  // namespace

void set_up(const std::string& program, const std::string& level, Format format) {
    const auto colour = no_colour_wanted() ? spdlog::color_mode::never : spdlog::color_mode::automatic;
    auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(colour);
    auto logger = std::make_shared<spdlog::logger>(program, std::move(sink));
    logger->set_formatter(formatter(program, format));
    logger->set_level(spdlog::level::from_str(level));
    logger->flush_on(spdlog::level::trace);
    spdlog::set_default_logger(std::move(logger));
}

}  // namespace contrail::logging
