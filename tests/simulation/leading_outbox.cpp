#include "leading_outbox.hpp"

#include <utility>

#include "process.hpp"
#include "world.hpp"

namespace contrail::simulation {

namespace {

/// The advisory lock, as long as its session lasts.
struct Lock {
    Lock(World& its_world, std::uint64_t its_session) : world(its_world), session(its_session) {
        world.leader = session;
    }
    ~Lock() {
        if (world.leader == session) world.leader.reset();
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

    World& world;
    std::uint64_t session;
};

}  // namespace

LeadingOutbox::LeadingOutbox(Process& process)
    : MemoryOutbox(process.world.database),
      process_(process),
      session_(++process.world.sessions) {}

LeadingOutbox::~LeadingOutbox() {
    if (lock_ && process_.dying()) process_.world.linger(std::move(lock_));
}

bool LeadingOutbox::lead() {
    World& world = process_.world;
    if (!world.plan.one_leads) return true;
    if (!world.leader) {
        lock_.reset();  // it went with the session before
        lock_ = std::make_shared<Lock>(world, session_);
    }
    return world.leader == session_;
}

std::optional<OpenBatch> LeadingOutbox::next(const Batch& previous) {
    World& world = process_.world;
    const std::size_t before = world.database.batches.size();
    const auto batch = MemoryOutbox::next(previous);
    if (!batch) return batch;
    const bool raced = batch->number < static_cast<std::int64_t>(world.database.batches.size()) - 1 &&
                       batch->number >= static_cast<std::int64_t>(before);
    if (raced) world.happened(Happened::seal_raced);
    world.tell(process_.name(), [&] {
        return "  outbox: batch " + std::to_string(batch->number) + " begins at " +
               RecordId{batch->sealed_ms, batch->first}.to_string();
    });
    return batch;
}

/// Lasts as long as a pause does. Whether a commit ended it makes no difference to any rule.
Rest LeadingOutbox::rest(Clock::Duration /*wait_max*/, const std::stop_token& stop) {
    World& world = process_.world;
    if (world.random.between(0, 1) == 0) return Rest::refused;
    if (!stop.stop_requested()) process_.sleep(world.random.between(1, world.plan.pause_max));
    return world.random.between(0, 1) == 0 ? Rest::woken : Rest::elapsed;
}

}  // namespace contrail::simulation
