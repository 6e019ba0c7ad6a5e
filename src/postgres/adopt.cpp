#include "postgres/adopt.hpp"

#include <utility>

#include "postgres/adoption_plan.hpp"
#include "postgres/checkpoint_owner.hpp"
#include "postgres/connection.hpp"
#include "postgres/identity.hpp"
#include "postgres/postgres_consumer_registry.hpp"
#include "postgres/schema.hpp"

namespace contrail::postgres {

namespace {

constexpr auto adopting = "adopt the log's state";
constexpr Attempt look{adopting};
constexpr Attempt lock{"lock the outbox, to adopt the log's state", Effect::transaction};
constexpr Attempt change{adopting, Effect::transaction, true};
constexpr Attempt commit{adopting, Effect::commit, true};

/// A session with one transaction. Destroying it rolls the transaction back, unless it was committed.
class Adopting {
public:
    Adopting(const Settings& settings, Log& log)
        : schema_(quoted_schema(settings.schema)),
          stream_(settings.stream_name),
          statements_(schema_),
          connection_(settings.database_url, "adopt", {},
                      [this](Connection& connection) { set_up(connection); }),
          log_(log) {}

    Adoption plan() {
        begin();
        return AdoptionPlanner(connection_, schema_, stream_, log_).plan();
    }

    Adoption adopt() {
        begin();
        connection_.run(lock, statements_.lock);
        // The log is read only now, when the lock stops every streamer. An append that was under way when the
        // command began may have arrived since; a plan made before the lock would drop its records or send
        // them twice.
        Adoption adoption = AdoptionPlanner(connection_, schema_, stream_, log_).plan();
        if (adoption.reason.empty()) return adoption;
        insert_identity(connection_, schema_);
        settle_checkpoint_owner(connection_, schema_);
        const OutboxIdentity outbox =
            outbox_identity(connection_, schema_,
                            adopt_identity(connection_, schema_, stream_, identity(connection_, schema_)));
        if (!adoption.keeps_records) {
            rewrite_outbox(adoption);
            mark_consumers(adoption);
        }
        connection_.run(commit, "COMMIT");
        bring_log_along(adoption, outbox);
        return adoption;
    }

private:
    void set_up(Connection& connection) {
        connection.own_session();
        connection.run({"set up the session"}, OutboxStatements(schema_).session);
        require_schema(connection, schema_);
    }

    void begin() { snapshot_ = connection_.run(look, statements_.begin).text(0, 0); }

    void rewrite_outbox(const Adoption& adoption) {
        connection_.run(change, statements_.refill);
        connection_.run(change, statements_.adopt,
                        {snapshot_, std::to_string(adoption.place.sealed_ms),
                         std::to_string(adoption.place.offset.value)});
    }

    void mark_consumers(const Adoption& adoption) {
        PostgresConsumerRegistry registry(connection_, schema_, stream_);
        for (const auto& consumer : adoption.consumers) {
            registry.note({{consumer.name, consumer.position}});
            if (consumer.cut_off) registry.mark_cut_off(consumer.name, *consumer.cut_off);
        }
    }

    void bring_log_along(const Adoption& adoption, const OutboxIdentity& outbox) {
        require_head(log_.assign_to(outbox, adoption.place, adoption.head), adoption.head, adoption);
        log_.act_for(outbox);
        if (adoption.empties_log)
            require_head(log_.restart(adoption.head, adoption.place), adoption.place, adoption);
        for (const auto& consumer : adoption.consumers) {
            if (consumer.cut_off) log_.mark_cut_off(consumer.name, consumer.cut_off);
        }
    }

    /// Throws unless the log's head, `found`, is the one that the adoption rests on.
    static void require_head(RecordId found, RecordId expected, const Adoption& adoption) {
        if (found == expected) return;
        throw Error(Retry::call, "The outbox now continues after " + adoption.place.to_string() +
                                     ", but another program has just written to the log, whose head is " +
                                     found.to_string() +
                                     ". Stop that program, then run `contrail adopt` again.");
    }

    std::string schema_;
    std::string stream_;
    AdoptionStatements statements_;
    Connection connection_;
    Log& log_;
    std::string snapshot_;
};

}  // namespace

Adoption plan_adoption(const Settings& settings, Log& log) {
    return Adopting(settings, log).plan();
}

Adoption adopt(const Settings& settings, Log& log) {
    return Adopting(settings, log).adopt();
}

}  // namespace contrail::postgres
