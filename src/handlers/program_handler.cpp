#include "handlers/program_handler.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "contrail/component_log.hpp"
#include "handlers/program_answer.hpp"
#include "handlers/records_text.hpp"

namespace contrail::handlers {

namespace {

constexpr std::size_t name_columns_max = 60;

constexpr std::chrono::milliseconds patience_after_failure{1'000};

bool contains(std::span<const Record> records, RecordId id) {
    return std::ranges::any_of(records, [&](const Record& record) { return record.id == id; });
}

}  // namespace

ProgramHandler::ProgramHandler(const ConsumerName& consumer, Options options)
    : consumer_(consumer.str()),
      name_(base::shortened(base::harmless(options.command_line), name_columns_max)),
      options_(std::move(options)) {}

void ProgramHandler::start() {
    program_.emplace(options_.words, [this](std::string_view line) {
        ComponentLog("consumer", LogField("consumer", consumer_))
            .info("{program}: {line}", {{"program", name_}, {"line", line}});
    });
}

void ProgramHandler::handle(std::span<const Record> records) {
    require_running();
    const std::string line = answer_to(records);
    const auto answer = ProgramAnswer::parse(line);
    const bool understood = answer && (!answer->refusal || contains(records, answer->refusal->id));
    if (!understood) {
        give_up_program();
        throw failure("answered " + quoted_output(line), records);
    }
    if (!answer->refusal) return;
    throw Error(Retry::never, "Program '" + name_ + "' refused record " + answer->refusal->id.to_string() +
                                  ": " + answer->refusal->reason + '.');
}

/// One that has ended between two batches is started again at once. It is no failure of the batch.
void ProgramHandler::require_running() {
    if (program_ && program_->has_ended()) {
        const std::string how = program_->end({}).to_string();
        ComponentLog("consumer", LogField("consumer", consumer_))
            .warn("program '{program}' {how} between two batches. Starting it again",
                  {{"program", name_}, {"how", how}});
        program_.reset();
    }
    if (program_) return;
    try {
        start();
    } catch (const Error& error) {
        // The records are not at fault, so they must not count as rejected.
        throw Error(Retry::call, error.what());
    }
}

std::string ProgramHandler::answer_to(std::span<const Record> records) {
    batch_.clear();
    for (const Record& record : records) {
        writer_.append(batch_, record);
        batch_ += '\n';
    }
    batch_ += '\n';
    try {
        return program_->exchange(batch_, std::chrono::steady_clock::now() + options_.answer_max);
    } catch (const Error& error) {
        give_up_program();
        throw failure(error.what(), records);
    }
}

/// The transaction of the checkpoint is open meanwhile, so the program gets little time to end by itself.
void ProgramHandler::give_up_program() {
    program_->end(patience_after_failure);
    program_.reset();
}

Error ProgramHandler::failure(const std::string& what, std::span<const Record> records) const {
    return {
        Retry::call,
        "Program '" + name_ + "' " + what + ". It was given " + records_text(records) +
            ", and is started again for another attempt. Within " +
            std::to_string(std::chrono::ceil<std::chrono::seconds>(options_.answer_max).count()) +
            " s (--handler-timeout) it must read a batch to its empty line and write one line to standard "
            "output: `ok`, or `refuse ID REASON`."};
}

}  // namespace contrail::handlers
