#include "handlers/program_answer.hpp"

#include "base/text.hpp"

namespace contrail::handlers {

std::optional<ProgramAnswer> ProgramAnswer::parse(std::string_view line) {
    constexpr std::string_view refuse = "refuse ";
    line = base::trimmed(line);  // some programs end lines with \r\n
    if (line == "ok") return ProgramAnswer{};
    if (!line.starts_with(refuse)) return std::nullopt;
    line = base::trimmed(line.substr(refuse.size()));
    const std::string_view id_text = line.substr(0, line.find(' '));
    const auto id = RecordId::parse(id_text);
    if (!id) return std::nullopt;
    // Control characters become blanks, which may be all there is.
    const std::string harmless = base::harmless(std::string(line.substr(id_text.size())));
    const std::string_view reason = base::trimmed(harmless);
    return ProgramAnswer{Refusal{*id, reason.empty() ? "it gave no reason" : std::string(reason)}};
}

std::string quoted_output(std::string_view line) {
    constexpr std::size_t columns_max = 60;
    return '\'' + base::shortened(base::harmless(std::string(line)), columns_max) + '\'';
}

}  // namespace contrail::handlers
