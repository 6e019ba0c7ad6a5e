/* Reconciliation: the service's tables are reduced in a snapshot, under which a batch is sealed.
 * src/postgres/reconciliation_statements.cpp
 *
 * What a snapshot shows of the tables are the effects of the records visible in it, so these stand for what is
 * reduced. They have to be the records up to the offset that is named, and no others: those sent later, too. */

inline reduce(visible) {
    reduced = RECORDS_OF((visible) & committed);
    reduced_to = LAST(newest);
    MUST("breaks a reconciled state\n", SIZE(reduced) == reduced_to && (sent & ~reduced) == 0)
}

#ifdef BROKEN_SEAL_STALE
#define NUMBER_IS_FREE true
#else
#define NUMBER_IS_FREE (newest == no)
#endif

#ifdef BROKEN_REDUCE_LATER
#define SHOWN ENDED
#else
#define SHOWN now
#endif

proctype reconciler() {
    byte no, now;
end_idle:
    do
    :: atomic { WINDOW(snapshot[newest], ENDED) != 0 -> no = newest; now = ENDED };
        if
        :: atomic { !healed -> no = 0; now = 0 }                            /* it dies */
        :: d_step { NUMBER_IS_FREE ->
               newest++;
               snapshot[newest] = now;
               sealed_ms[newest] = newest / 2;
               first_offset[newest] = LAST(newest - 1) + 1;
               printf("reconciler: seals batch %d\n", newest);
               reduce(SHOWN);
               no = 0; now = 0;
               REACHED("sealed by a reconciliation")
           }
        :: d_step { !NUMBER_IS_FREE -> no = 0; now = 0; REACHED("a streamer was faster than a reconciliation") }
        fi
    :: d_step { newest > 0 && WINDOW(snapshot[newest], ENDED) == 0 && reduced_to != LAST(newest) ->
           printf("reconciler: nothing is new after batch %d\n", newest);   /* one statement: nothing to seal */
           reduce(ENDED);
           REACHED("reconciled with nothing to seal")
       }
    od
}
