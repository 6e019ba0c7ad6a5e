// The example of the README, word for word.
#include <contrail/consumer.hpp>
#include <contrail/open_log.hpp>
#include <contrail/postgres.hpp>
#include <contrail/signals.hpp>

int main() {
    const auto stop = contrail::stop_on_signals();
    const auto settings = contrail::Settings::from_environment();
    const auto log = contrail::open_log(settings);
    const auto checkpoints = contrail::postgres_checkpoints(settings);

    contrail::Consumer mailer(
        contrail::ConsumerName("mailer"), *log, *checkpoints, [](auto& transaction, auto records) {
            for (const auto& record : records)
                contrail::sql(transaction).execute("INSERT INTO mails (about) VALUES ($1)", {record.data});
        });
    mailer.run(stop);
}
