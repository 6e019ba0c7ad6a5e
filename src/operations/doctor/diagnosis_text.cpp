#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text.hpp"
#include "operations/doctor/diagnosis.hpp"

namespace contrail::operations::doctor {

namespace {

constexpr std::size_t columns = 100;
constexpr std::size_t verdict_width = 7;  // "warning"
constexpr std::size_t margin = 2;

std::string_view group_of(const Finding& finding) {
    return std::string_view(finding.check).substr(0, finding.check.find('.'));
}

/// `maxmemory policy` of `redis.maxmemory_policy`, and `progress distance` where a consumer is meant.
std::string label_of(const Finding& finding) {
    std::string label = finding.check.substr(finding.check.find('.') + 1);
    std::ranges::replace(label, '_', ' ');
    if (!finding.subject.empty()) label = finding.subject + ' ' + label;
    return label;
}

std::string heading_of(std::string_view group, const Diagnosis& diagnosis) {
    if (group == "redis") return "Redis at " + diagnosis.redis;
    if (group == "kafka") return "Kafka at " + diagnosis.kafka;
    if (group == "postgres") return "PostgreSQL: " + diagnosis.postgres;
    if (group == "log") return "Log " + diagnosis.stream;
    if (group == "outbox") return "Outbox";
    if (group == "streamer") return "Streamer";
    if (group == "consumer") return "Consumers";
    return "Clocks";
}

bool is_shell(std::string_view command) {
    return std::ranges::any_of(std::initializer_list<std::string_view>{"redis-cli ", "contrail ", "apt-get "},
                               [&](std::string_view program) { return command.starts_with(program); });
}

class Text {
public:
    Text(const Diagnosis& diagnosis, bool coloured) : diagnosis_(diagnosis), coloured_(coloured) {
        for (const Finding& finding : diagnosis.findings)
            label_width_ = std::max(label_width_, std::min(label_of(finding).size(), columns / 3));
    }

    std::string all() {
        for (const Finding& finding : diagnosis_.findings) {
            begin_group(group_of(finding));
            add(finding);
        }
        add_verdict();
        return std::move(text_);
    }

private:
    void begin_group(std::string_view group) {
        if (group == group_) return;
        if (!group_.empty()) text_ += '\n';
        group_ = group;
        text_ += emphasised(heading_of(group, diagnosis_)) + '\n';
    }

    void add(const Finding& finding) {
        const std::size_t indent = margin + verdict_width + 2 + label_width_ + 2;
        text_.append(margin, ' ') +=
            painted(finding.verdict, fmt::format("{:<{}}", name(finding.verdict), verdict_width));
        text_ += fmt::format("  {:<{}}  ", label_of(finding), label_width_);
        text_ += base::wrapped(finding.found, columns, indent);
        if (finding.verdict == Verdict::ok) return;
        const std::size_t under = margin + verdict_width + 2;
        text_.append(under, ' ') += base::wrapped(finding.why, columns, under);
        for (const std::string& command : finding.fix) {
            text_.append(under, ' ') += emphasised("> ");
            text_ += base::wrapped(command, columns, under + 2, is_shell(command) ? " \\" : "");
        }
    }

    void add_verdict() {
        const auto errors = count(diagnosis_, Verdict::error);
        const auto warnings = count(diagnosis_, Verdict::warning);
        text_ +=
            '\n' +
            painted(verdict(diagnosis_),
                    fmt::format("{} {}, {} {}, {} ok", errors, errors == 1 ? "error" : "errors", warnings,
                                warnings == 1 ? "warning" : "warnings", count(diagnosis_, Verdict::ok))) +
            '\n';
    }

    [[nodiscard]] std::string painted(Verdict verdict, const std::string& text) const {
        if (!coloured_) return text;
        const int colour = verdict == Verdict::ok ? 32 : verdict == Verdict::warning ? 33 : 31;
        return fmt::format("\x1b[{}m{}\x1b[0m", colour, text);
    }

    [[nodiscard]] std::string emphasised(const std::string& text) const {
        return coloured_ ? "\x1b[1m" + text + "\x1b[0m" : text;
    }

    const Diagnosis& diagnosis_;
    bool coloured_;
    std::size_t label_width_ = 0;
    std::string_view group_;
    std::string text_;
};

}  // namespace

std::string to_text(const Diagnosis& diagnosis, bool coloured) {
    return Text(diagnosis, coloured).all();
}

}  // namespace contrail::operations::doctor
