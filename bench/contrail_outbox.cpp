#include "bench/relayed_outbox.hpp"
#include "bench/streaming.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "contrail/retention.hpp"

namespace contrail::bench {

namespace {

class ContrailOutbox final : public RelayedOutbox {
public:
    explicit ContrailOutbox(const Site& site)
        : site_(site),
          streaming_(site.settings()),
          outbox_(postgres_outbox(site.settings())),
          log_(redis_log(site.settings())),
          retention_(*outbox_, *log_, system_clock(), {}) {}

    void stage(std::uint64_t records) override { site_.stage(records); }

    void drain() override {
        streaming_.drain();
        log_->report_position(ConsumerName("prompt"), log_->head());
        retention_.run_once();
    }

private:
    const Site& site_;
    Streaming streaming_;
    std::unique_ptr<Outbox> outbox_;
    std::unique_ptr<Log> log_;
    Retention retention_;
};

}  // namespace

std::unique_ptr<RelayedOutbox> contrail_outbox(const Site& site) {
    return std::make_unique<ContrailOutbox>(site);
}

}  // namespace contrail::bench
