// The example of contrail/run.hpp.
#include <contrail/program.hpp>
#include <contrail/run.hpp>

int main(int argc, char** argv) {
    contrail::Program program("mailer", "Sends mails");
    contrail::ConsumerProgramOptions options;
    CLI::App* const mail = program.command("mail", "Send a mail for each new ride", [&] {
        contrail::run_consumer(
            program.require_servers(), contrail::ConsumerName("mailer"),
            [](auto& transaction, auto records) {
                for (const auto& record : records)
                    contrail::sql(transaction)
                        .execute("INSERT INTO mails (about) VALUES ($1)", {record.data});
            },
            options);
        return contrail::exit_success;
    });
    contrail::add_flags(*mail, options);
    return program.main(argc, argv);
}
