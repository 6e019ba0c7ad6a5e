#include "plan.hpp"

namespace contrail::simulation {

namespace {

/// A rate that is 0 in half of all cases.
std::uint64_t maybe(Random& random, std::uint64_t per_mille_max) {
    return random.chance(500) ? 0 : random.between(1, per_mille_max);
}

}  // namespace

Plan::Plan(Random& random)
    : is_long(random.chance(20)),
      steps(is_long ? random.between(500, 4'000) : random.between(50, 400)),
      writers(random.between(1, 3)),
      streamers(random.between(1, 3)),
      names(random.between(1, 2)),
      instances(random.between(1, 2)),
      records_max(random.between(1, is_long ? 400 : 40)),
      transaction_records_max(random.between(1, 5)),
      chunk_records_max(random.between(1, 6)),
      appends_in_flight_max(random.below(4)),
      batch_records_max(random.between(1, 8)),
      head_check_every_ms(random.between(1, 40)),
      report_every_ms(random.between(1, 40)),
      pause_max(random.between(1, 8)),
      absence_max(random.between(20, 200)),
      handler_attempts_max(random.between(1, 5)),
      retentions(random.below(3)),
      log_records_max(random.chance(200) ? random.between(1, 30) : 0),
      log_age_max_ms(random.chance(100) ? random.between(1, 200) : 0),
      log_records_min(0),
      registered_beforehand(random.chance(500)),
      starts_late(false),
      has_segments(random.chance(300)),
      one_leads(random.chance(300)),
      refused(maybe(random, 40)),
      reply_lost(maybe(random, 40)),
      delayed(maybe(random, 60)),
      crash_before(maybe(random, 30)),
      crash_after(maybe(random, 30)),
      freeze(maybe(random, 30)),
      rollback(maybe(random, 300)),
      savepoint(maybe(random, 300)),
      absence(maybe(random, 150)),
      handler_fails(maybe(random, 100)),
      kill(maybe(random, 10)),
      stop(maybe(random, 15)),
      end_session(maybe(random, 20)),
      lose_tail(maybe(random, 20)),
      lose_everything(maybe(random, 15)),
      copy(maybe(random, 30)),
      fail_over(maybe(random, 15)),
      restart_database(maybe(random, 15)),
      set_clock_back(maybe(random, 30)),
      set_programs_clocks_ahead(maybe(random, 30)),
      outage(maybe(random, 10)),
      copy_database(0),
      back_up(0),
      set_back(0),
      split(has_segments ? random.between(1, 60) : 0),
      merge(has_segments ? maybe(random, 60) : 0),
      linger(maybe(random, 800)) {
    copy_database = retentions > 0 && random.chance(300) ? random.between(1, 40) : 0;
    starts_late = random.chance(300);
    log_records_min = random.chance(300) ? random.between(1, 30) : 0;
    if (random.chance(200)) {
        back_up = random.between(1, 30);
        set_back = random.between(1, 20);
    }
    if (!registered_beforehand) lose_tail = lose_everything = fail_over = 0;
}

}  // namespace contrail::simulation
