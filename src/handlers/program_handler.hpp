#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "contrail/error.hpp"
#include "contrail/names.hpp"
#include "contrail/record.hpp"
#include "handlers/handler_program.hpp"
#include "handlers/record_json.hpp"

namespace contrail::handlers {

/// A program of any language, as the handler of an AtLeastOnceConsumer. It runs for long, and reads records as lines of
/// JSON (see RecordJson). An empty line ends a batch, and the program answers with one line: `ok`, or
/// `refuse <id> <reason>`.
///
/// Only such a refusal rejects records. A program that dies, answers anything else or does not answer in time is ended
/// and started again, and the batch comes again: a program dies for many reasons, and none of them says that a record
/// is at fault.
///
/// Threads  Not thread-safe.
class ProgramHandler {
public:
    struct Options {
        std::string command_line;                ///< Names the program in messages, which shorten it.
        std::vector<std::string> words;          ///< The program and its arguments.
        std::chrono::milliseconds answer_max{};  ///< Longest time for a batch. Less than a minute.
    };

    /// Lines of the program's standard error go to the log of this consumer.
    ProgramHandler(const ConsumerName& consumer, Options options);

    /// Starts the program. Throws Error (Retry::never) if that fails.
    void start();

    /// The handler.
    void handle(std::span<const Record> records);

private:
    void require_running();
    void give_up_program();
    std::string answer_to(std::span<const Record> records);
    [[nodiscard]] Error failure(const std::string& what, std::span<const Record> records) const;

    std::string consumer_;
    std::string name_;
    Options options_;
    RecordJson writer_;
    std::string batch_;  ///< Kept, so that its memory is used again.
    std::optional<HandlerProgram> program_;
};

}  // namespace contrail::handlers
