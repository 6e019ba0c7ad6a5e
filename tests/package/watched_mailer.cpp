// The example of docs/metrics.md.
#include <contrail/admin.hpp>
#include <contrail/consumer.hpp>
#include <contrail/open_log.hpp>
#include <contrail/postgres.hpp>
#include <contrail/signals.hpp>

int main() {
    const auto stop = contrail::stop_on_signals();
    const auto settings = contrail::Settings::from_environment();
    const auto log = contrail::open_log(settings);
    const auto checkpoints = contrail::postgres_checkpoints(settings);
    const contrail::Handler handle = [](auto& transaction, auto records) {
        for (const auto& record : records)
            contrail::sql(transaction).execute("INSERT INTO mails (about) VALUES ($1)", {record.data});
    };

    contrail::Admin admin(settings, {.port = 9464});
    auto mailer = admin.watch(contrail::ConsumerName("mailer"), *log, *checkpoints, handle);
    admin.serve();
    mailer.run(stop);
}
