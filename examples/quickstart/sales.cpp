// A consumer: counts what was sold, every order once.
#include <contrail/consumer.hpp>
#include <contrail/open_log.hpp>
#include <contrail/postgres.hpp>
#include <contrail/signals.hpp>

int main() {
    const auto stop = contrail::stop_on_signals();
    const auto settings = contrail::Settings::from_environment();
    const auto log = contrail::open_log(settings);
    const auto checkpoints = contrail::postgres_checkpoints(settings);

    contrail::Consumer sales(
        contrail::ConsumerName("sales"), *log, *checkpoints,
        [](auto& transaction, auto records) {
            for (const auto& record : records)
                contrail::sql(transaction)
                    .execute(
                        "INSERT INTO sales SELECT $1::jsonb->>'item', ($1::jsonb->>'quantity')::bigint "
                        "ON CONFLICT (item) DO UPDATE SET sold = sales.sold + excluded.sold",
                        {record.data});
        },
        {.on_refusal = contrail::OnRefusal::park});
    sales.run(stop);
}
