#include "conformance/kafka_log_world.hpp"

#include "contrail/kafka.hpp"
#include "kafka/endpoint.hpp"
#include "kafka/topics.hpp"
#include "support/admin_kafka.hpp"
#include "support/private_kafka.hpp"

namespace contrail::test {

namespace {

Settings fresh_topic() {
    static int number = 0;
    Settings settings;
    settings.log_url = "kafka://" + shared_kafka().address() + "/test" + std::to_string(++number);
    return settings;
}

class KafkaLogWorld : public LogWorld {
public:
    Log& log() override { return *log_; }
    Log& other_log() override { return *other_; }

    void lose_everything() override {
        delete_topic(endpoint_.brokers, endpoint_.topic);
        delete_topic(endpoint_.brokers, endpoint_.notes_topic());
        kafka::create_topics(endpoint_);
    }

    /// Kafka deletes no single entry. The last one is as good as gone once the log begins anew behind it.
    void erase(RecordId id) override { log_->restart(id, id); }

    void trim(RecordId keep_from) override {
        const RecordId head = log_->head();
        if (keep_from > head) {
            log_->restart(head, head);
        } else {
            log_->trim(keep_from);
        }
    }

private:
    Settings settings_ = fresh_topic();
    kafka::Endpoint endpoint_ = kafka::endpoint_of(settings_);
    std::unique_ptr<Log> log_ = kafka_log(settings_);
    std::unique_ptr<Log> other_ = kafka_log(settings_);
};

}  // namespace

std::unique_ptr<LogWorld> make_kafka_log_world() {
    return std::make_unique<KafkaLogWorld>();
}

}  // namespace contrail::test
