// A consumer whose effects are in no database: writes a file for every order.
#include <contrail/at_least_once_consumer.hpp>
#include <contrail/open_log.hpp>
#include <contrail/postgres.hpp>
#include <contrail/signals.hpp>

#include <fstream>

int main(int argc, char** argv) {
    const auto stop = contrail::stop_on_signals();
    const auto settings = contrail::Settings::from_environment();
    const auto log = contrail::open_log(settings);
    const auto checkpoints = contrail::postgres_checkpoints(settings);
    contrail::ConsumerOptions options;
    if (argc > 1) options.start = contrail::parse_starting_place(argv[1]).value();

    const auto write_files = [](std::span<const contrail::Record> records) {
        for (const auto& record : records) {
            std::ofstream file("receipt-" + std::to_string(record.id.offset.value) + ".json");
            file << record.data << '\n' << std::flush;
            if (!file) throw contrail::Error(contrail::Retry::call, "Cannot write a receipt.");
        }
    };
    contrail::AtLeastOnceConsumer(contrail::ConsumerName("receipts"), *log, *checkpoints, write_files,
                                  options)
        .run(stop);
}
