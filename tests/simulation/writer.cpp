#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actors.hpp"
#include "process_faults.hpp"
#include "world.hpp"

namespace contrail::simulation {

namespace {

using testing::suffer;

/// One transaction of the service, from its begin to its end.
class Write {
public:
    Write(Process& process, ProcessFaults& faults)
        : process_(process),
          world_(process.world),
          faults_(faults),
          transaction_(std::make_shared<testing::MemoryTransaction>(world_.database)) {
        ++world_.transactions;
        ++world_.open_transactions;
    }
    ~Write() {
        --world_.open_transactions;
        if (process_.dying()) world_.linger(std::move(transaction_));
    }
    Write(const Write&) = delete;
    Write& operator=(const Write&) = delete;

    void run() {
        const Plan& plan = world_.plan;
        stage(world_.random.between(1, plan.transaction_records_max));
        if (world_.random.chance(plan.savepoint)) try_something_and_take_it_back();
        if (!world_.healed && world_.random.chance(plan.absence))
            process_.sleep(world_.random.between(1, plan.absence_max));
        if (world_.random.chance(plan.rollback)) {
            world_.happened(Happened::transaction_rolled_back);
            world_.tell(process_.name(), [] { return std::string("rolls back"); });
        } else {
            commit();
        }
    }

private:
    void stage(std::uint64_t records) {
        for (; records > 0 && world_.records_left > 0; --records) {
            suffer(
                faults_, [&] { stage_one(); }, "stage");
        }
    }

    void stage_one() {
        if (world_.records_left == 0) return;  // others have staged them while this process waited
        const Ride ride{world_.oracle.next_serial(), world_.random.below(1'000)};
        std::string json = to_json(ride);
        transaction_->stage("create", "ride", json, key_of(ride), headers_of(ride));
        world_.tell(process_.name(), [&] {
            return "  staged " + json + " in transaction " + std::to_string(transaction_->xid());
        });
        serials_.push_back(world_.oracle.stage(transaction_->xid(), std::move(json)));
        --world_.records_left;
        world_.happened(Happened::record_staged);
    }

    void try_something_and_take_it_back() {
        const auto savepoint = transaction_->savepoint();
        const std::size_t kept = serials_.size();
        stage(world_.random.between(1, 2));
        transaction_->rollback_to(savepoint);
        for (; serials_.size() > kept; serials_.pop_back()) world_.oracle.roll_back_staged(serials_.back());
        world_.happened(Happened::savepoint_rolled_back);
        world_.tell(process_.name(), [] { return std::string("rolls back to a savepoint"); });
    }

    void commit() {
        const auto commit_and_tell = [&] {
            transaction_->commit();
            world_.oracle.commit(transaction_->xid());
            world_.happened(Happened::transaction_committed);
        };
        suffer(faults_, commit_and_tell, "commit");
    }

    Process& process_;
    World& world_;
    ProcessFaults& faults_;
    std::shared_ptr<testing::MemoryTransaction> transaction_;
    std::vector<std::uint64_t> serials_;
};

}  // namespace

bool run_writer(Process& process) {
    World& world = process.world;
    ProcessFaults faults(process, "service", world.database_down_until);
    while (world.records_left > 0) {
        try {
            Write(process, faults).run();
        } catch (const Error&) {
            // A service would tell its user. What it wrote is rolled back, or was committed in doubt.
        }
        process.sleep(world.random.between(1, world.plan.pause_max));
    }
    return false;
}

}  // namespace contrail::simulation
