#include <algorithm>
#include <iostream>
#include <memory>
#include <vector>

#include "cli/terminal.hpp"
#include "command.hpp"
#include "operations/doctor/doctor.hpp"
#include "operations/redis_rights.hpp"

namespace contrail::app {

namespace {

namespace doctor = operations::doctor;

std::vector<std::string> part_names() {
    std::vector<std::string> names;
    for (const auto part : postgres::parts()) names.emplace_back(name(part));
    return names;
}

/// `wanted` is one of part_names().
postgres::Part part_of(const std::string& wanted) {
    return *std::ranges::find(postgres::parts(), wanted, [](postgres::Part part) { return name(part); });
}

int exit_status(doctor::Verdict verdict) {
    return static_cast<int>(verdict);  // ok 0, warning 1, error 2
}

struct DoctorFlags {
    bool json = false;
    std::string part = "streamer";
};

int run(const Program& program, const DoctorFlags& flags) {
    const postgres::Part part = part_of(flags.part);
    const Settings& settings =
        operations::uses_redis(part) ? program.require_servers() : program.require_database();
    const auto diagnosis = doctor::diagnose(settings, {.part = part});
    std::cout << (flags.json ? to_json(diagnosis) : to_text(diagnosis, cli::on_coloured_terminal()));
    return exit_status(verdict(diagnosis));
}

}  // namespace

void add_doctor_command(Program& program) {
    const auto flags = std::make_shared<DoctorFlags>();
    CLI::App* command =
        program.command("doctor", "Find what is wrong or soon will be, and print the commands that fix it",
                        [&program, flags] { return run(program, *flags); });
    command->add_flag("--json", flags->json, "Print JSON instead of text");
    command->add_option("--for", flags->part, "The program in whose environment the doctor runs")
        ->check(CLI::IsMember(part_names()))
        ->capture_default_str();
}

}  // namespace contrail::app
