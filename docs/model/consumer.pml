/* The consumer: src/core/consumer_engine.cpp over the ports Log and Checkpoints; src/postgres/postgres_transaction.cpp.
 *
 * One record makes a batch: a transaction applies all its records or none, however many they are. */

/* Effects are there, once, exactly up to the checkpoint, and so any two consumers agree. */
#define EFFECTS_MATCH_CHECKPOINT(c) (SIZE(applied[c]) == OFFSET(checkpoint[c]))

inline apply(c, record) {
    MUST("breaks rule 5, effects once\n", (applied[c] & BIT(record)) == 0);
    applied[c] = applied[c] | BIT(record)
}

/* XREAD: the id of the first entry after one. */
#define AFTER(id, offset) (entry_record[offset] != 0 && entry_id[offset] > (id))
#define NEXT_ENTRY(id) (AFTER(id, 1) -> entry_id[1] : (AFTER(id, 2) -> entry_id[2] : \
                       (AFTER(id, 3) -> entry_id[3] : (AFTER(id, 4) -> entry_id[4] : 0))))

/* UPDATE ... WHERE last_id = the one loaded. The instance that moved the row keeps others from it until it ends its
 * transaction. The lock that begin() takes is left out: nothing rests on it. */
#ifdef BROKEN_BLIND_CHECKPOINT
#define MAY_ADVANCE(c) true
#else
#define MAY_ADVANCE(c) (checkpoint[c] == position)
#endif
#define OVERTAKEN(c, i) printf("consumer %d/%d: overtaken\n", c, i); REACHED("consumer overtaken")

#if defined(BROKEN_DEDUPE_BY_SERIAL)
/* What is not above the highest staging id applied so far is taken for a repeat. */
#define APPLY(c, record) if :: BIT(record) > applied[c] -> apply(c, record) :: else fi
#elif defined(BROKEN_CHECKPOINT_APART)
#define APPLY(c, record) skip
#else
#define APPLY(c, record) apply(c, record)
#endif

#define CRASHES :: atomic { !healed -> printf("consumer %d/%d: dies\n", c, i); goto rollback }

/* Instance i, from 1, of consumer c. */
proctype consumer(byte c, i) {
    byte position;      /* ConsumerEngine::checkpoint_: the last committed, as this process knows it */
    byte record;        /* what was read after it */
    byte id;

rollback:  /* What the database rolls back, and locate(): the checkpoint there is the truth. */
    atomic {
        if :: holds_row[c] == i -> holds_row[c] = 0 :: else fi;
        record = 0; id = 0;
        position = checkpoint[c]
    };

end_idle:
    do
    :: d_step { NEXT_ENTRY(position) != 0 ->                             /* Log::read_begin(), read_end() */
           id = NEXT_ENTRY(position);
           record = entry_record[OFFSET(id)];
           /* require_no_gap(): not even by an instance whose name has moved on, and the log been trimmed */
           MUST("breaks rule 6, no gap\n", OFFSET(id) == OFFSET(position) + 1 || checkpoint[c] != position)
       };
       if
       CRASHES
       :: atomic { checkpoint[c] != position -> OVERTAKEN(c, i); goto rollback }    /* Checkpoints::begin() */
       :: checkpoint[c] == position
       fi;
#ifdef BROKEN_REPORT_BEFORE_COMMIT
       d_step { reported[c] = OFFSET(id); printf("consumer %d/%d: reports offset %d\n", c, i, reported[c]) };
#endif
       if                                                                /* handler, Transaction::advance() */
       CRASHES
       :: atomic { holds_row[c] == 0 && MAY_ADVANCE(c) -> holds_row[c] = i }
       :: atomic { holds_row[c] == 0 && !MAY_ADVANCE(c) -> OVERTAKEN(c, i); goto rollback }
       fi;
#ifdef BROKEN_CHECKPOINT_APART
       apply(c, record);
#endif
       if
       CRASHES
       :: d_step { true ->                                               /* Transaction::commit() */
              APPLY(c, record);
              checkpoint[c] = id;
              holds_row[c] = 0;
              MUST("breaks rules 1 and 5, effects are those up to the checkpoint\n", EFFECTS_MATCH_CHECKPOINT(c));
              position = id; id = 0; record = 0;
              printf("consumer %d/%d: commits up to %d-%d\n", c, i, MS(position), OFFSET(position))
          }
       fi
#ifdef RETENTION
    :: d_step { reported[c] != OFFSET(position) -> reported[c] = OFFSET(position) }   /* Log::report_position() */
#endif
    od
}
