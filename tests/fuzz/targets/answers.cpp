#include <algorithm>
#include <string>

#include "core/require.hpp"
#include "fuzz/targets.hpp"
#include "handlers/program_answer.hpp"

namespace contrail::fuzz {

namespace {

bool is_one_line(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

}  // namespace

void answers(std::string_view input) {
    require(is_one_line(handlers::quoted_output(input)), "a message quotes one line");
    const auto answer = handlers::ProgramAnswer::parse(input);
    if (!answer || !answer->refusal) return;
    const auto& [id, reason] = *answer->refusal;
    require(!reason.empty() && is_one_line(reason), "a reason is one line");
    require(handlers::ProgramAnswer::parse("refuse " + id.to_string() + ' ' + reason) == answer,
            "an answer is read as it was written");
}

}  // namespace contrail::fuzz
