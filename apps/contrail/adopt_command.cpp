#include <iostream>
#include <memory>
#include <string>

#include "command.hpp"
#include "contrail/open_log.hpp"
#include "postgres/adopt.hpp"

namespace contrail::app {

namespace {

std::string offsets(Offset first, Offset last) {
    return first == last ? "offset " + std::to_string(first.value)
                         : "offsets " + std::to_string(first.value) + " to " + std::to_string(last.value);
}

std::string records(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " record" : " records");
}

void print_found(const postgres::Adoption& adoption) {
    std::cout << "log's head      " << adoption.head.to_string() << '\n'
              << "sealed up to    " << adoption.sealed.to_string() << '\n';
    if (adoption.reason.empty()) {
        std::cout << "There is nothing to adopt: the log and its consumers agree with the outbox.\n";
        return;
    }
    std::cout << "The streamer cannot continue: " << adoption.reason << ".\n";
}

void print_outbox(const postgres::Adoption& adoption, const std::string& stream) {
    const Offset place = adoption.place.offset;
    std::cout << "- The schema notes that its records are staged in this database, and feed the log \""
              << stream << "\".\n";
    if (adoption.reassigns_log) {
        std::cout << "- The log notes that this outbox feeds it, and refuses every other one.";
        if (adoption.fed_by)
            std::cout << " Until now the outbox " << adoption.fed_by->id << " fed it ("
                      << adoption.fed_by->name << ").";
        std::cout << '\n';
    }
    std::cout << "- The outbox continues after " << adoption.place.to_string() << ".\n";
    if (adoption.renumbered > 0) {
        std::cout << "- " << records(adoption.renumbered) << " of the outbox are sent under new ids, with "
                  << offsets(place.next(), {place.value + adoption.renumbered}) << ".\n";
    }
    if (adoption.dropped > 0) {
        std::cout << "- " << records(adoption.dropped) << " that were already sent leave the outbox.\n";
    }
    std::cout << (adoption.empties_log ? "- The log is emptied, and continues after that id.\n"
                                       : "- The log stays as it is.\n");
}

void print_consumers(const postgres::Adoption& adoption) {
    for (const auto& consumer : adoption.consumers) {
        std::cout << "- Consumer " << consumer.name.str() << ", at " << consumer.position.to_string();
        if (consumer.cut_off) {
            std::cout << ", misses " << offsets(consumer.cut_off->first_missed, consumer.cut_off->last_missed)
                      << ", which neither the outbox nor the log holds. It is marked as cut off, and stops "
                         "there.\n";
        } else {
            std::cout << ", misses nothing.\n";
        }
    }
}

}  // namespace

void add_adopt_command(Program& program) {
    const auto execute = std::make_shared<bool>(false);
    CLI::App* command = program.command(
        "adopt", "Continue the outbox after the last record that the log or a consumer holds",
        [&program, execute] {
            const Settings& settings = program.require_servers();
            const auto log = open_log(settings);
            const auto adoption =
                *execute ? postgres::adopt(settings, *log) : postgres::plan_adoption(settings, *log);
            print_found(adoption);
            if (adoption.reason.empty()) return cli::exit_success;
            std::cout << (*execute ? "Adopted:\n" : "To adopt would mean:\n");
            print_outbox(adoption, settings.stream_name);
            print_consumers(adoption);
            if (!*execute) {
                std::cout << "Nothing was changed. Effects that consumers have committed stay, also those of "
                             "records that this database lost. To do it, run: contrail adopt --execute\n";
            }
            return cli::exit_success;
        });
    command->add_flag("--execute", *execute,
                      "Do it. Without this flag, the command only says what it would do");
}

}  // namespace contrail::app
