/* The streamer: src/core/streamer_engine.cpp over the ports Outbox and Log, one port call a step.
 *
 * A step that fails, or whose answer is lost, makes the streamer forget its place: in the model that is the
 * same as dying before or after it, and as being another process that takes over. A streamer that is not
 * scheduled for long is frozen; when it goes on, it acts on old knowledge. */

#define DIES :: atomic { !healed -> printf("streamer %d: dies\n", s); goto lose_place }

/* What a dead process left on its way may still arrive: that is the same as a frozen one, and there are two. */
inline forget(wire) {
    do :: wire?_, _, _ :: empty(wire) -> break od
}

/* The record after read_to in the batch being read. */
#define NEXT_RECORD RECORD_AT(HELD(no), OFFSET(read_to) + 1 - first_offset[no])

inline send(id, record) {
    wire!read_to, id, record;
    read_to = id;
    printf("streamer %d: sends %d-%d\n", s, MS(read_to), OFFSET(read_to))
}

#ifdef BROKEN_IDS_DRAWN_AGAIN
#define DRAW_AGAIN again = 1
#define IDS_MS(no) (sealed_ms[no] + again)
#else
#define DRAW_AGAIN skip
#define IDS_MS(no) (sealed_ms[no])
#endif

/* A batch is read under a lock, so that it is read whole or not at all. */
#ifdef BROKEN_READ_OF_RELEASED
#define STILL_HELD(no) ((no) >= base)
#else
#define STILL_HELD(no) ((no) > base || ((no) == base && OFFSET(read_to) == base_last))
#endif

/* What a seal takes for its snapshot: who has ended by now. */
#ifdef BROKEN_SEAL_BY_XID
/* A piece of it: up to the lowest transaction whose records no batch holds yet. */
#define UP_TO_XID(window) ((window) & BIT(1) -> 3 : ((window) & BIT(2) -> 7 : 15))
#define TAKEN(no) (snapshot[no] | (ENDED & UP_TO_XID(WINDOW(snapshot[no], ENDED))))
#else
#define TAKEN(no) ENDED
#endif

proctype streamer(byte s; chan wire) {
    byte no;        /* Place::batch: the batch being read, or read last */
    byte read_to;   /* Place::read_to: the last record read, and the head that the next append expects */
    byte now;       /* the snapshot that the seal on its way has taken */
    byte restart;   /* where a log starts again that ends before everything held; 0: nowhere */
#ifdef BROKEN_IDS_DRAWN_AGAIN
    bit again;
#endif

locate:  /* StreamerEngine::locate(), find_place(): the log's head first, then the outbox */
#ifdef BROKEN_OUTBOX_BEFORE_HEAD
    now = newest;
#endif
#ifdef STRANGER
end_locate:  /* LogWriter::act_for(): a log that names another outbox refuses this one, until it loses everything */
    atomic { MAY_CLAIM(OURS) -> read_to = head; refused[s] = false };
#else
    atomic { read_to = head; refused[s] = false };
#endif
    if
    DIES
#ifdef STRANGER
    :: !MAY_CLAIM(OURS) -> goto lose_place                               /* LogWriter::claim() */
    :: d_step { MAY_CLAIM(OURS) ->
           fed_by = OURS;
#else
    :: d_step {
#endif
#ifdef BROKEN_OUTBOX_BEFORE_HEAD
           MUST("breaks rule 1, the streamer does not stop for good\n", OFFSET(read_to) <= LAST(now));
           now = 0;
#endif
           /* require_sealed_here(): else it stops for good, for a person to look */
           MUST("breaks rule 1, the streamer does not stop for good\n", OFFSET(read_to) <= LAST(newest) &&
                (OFFSET(read_to) <= base_last || MS(read_to) == sealed_ms[HOLDER(OFFSET(read_to))]));
           if
           :: OFFSET(read_to) < base_last -> restart = ID(sealed_ms[base], base_last); no = base
           :: OFFSET(read_to) == LAST(newest) -> no = newest
           :: else ->
               no = HOLDER(OFFSET(read_to) + 1); DRAW_AGAIN;
               if
               :: sent & BIT(NEXT_RECORD) -> REACHED("a streamer sends again what the log lost")
               :: else -> REACHED("a streamer sends what one that died had sealed")
               fi
           fi
       }
    fi;
#ifdef RETENTION
    if
    :: restart != 0 -> restart_log()
    :: else
    fi;
#endif

end_idle:
    do
    DIES
    :: refused[s] -> goto lose_place                                    /* settle() */
    :: !STILL_HELD(no) -> goto lose_place                       /* the batch was released meanwhile */
    :: d_step { STILL_HELD(no) && !refused[s] && OFFSET(read_to) < LAST(no) && nfull(wire) && NEXT_RECORD != 0 ->
           /* read_chunk(), append_chunk() */
           send(ID(IDS_MS(no), OFFSET(read_to) + 1), NEXT_RECORD)
       }
    :: atomic { !refused[s] && OFFSET(read_to) == LAST(no) && no < newest ->   /* Outbox::next(): sealed before */
           no++
       }
    :: atomic { !refused[s] && OFFSET(read_to) == LAST(no) && no == newest && WINDOW(snapshot[no], ENDED) != 0 ->
           now = TAKEN(no)                     /* Outbox::next(): one statement sees one snapshot ... */
       };
#ifdef BROKEN_SEND_BEFORE_SEAL
        d_step { nfull(wire) -> send(ID((no + 1) / 2, OFFSET(read_to) + 1), RECORD_AT(WINDOW(snapshot[no], now), 0)) };
#endif
        if
        DIES
        :: d_step { newest == no ->            /* ... and commits it durably, if the number is still free */
               no++;
               snapshot[no] = now;
               sealed_ms[no] = no / 2;
               first_offset[no] = LAST(no - 1) + 1;
               newest = no;
               now = 0;
               printf("streamer %d: seals batch %d\n", s, no)
           }
        :: d_step { newest != no -> now = 0; REACHED("another streamer was faster to seal") }
        fi
    :: !refused[s] && OFFSET(read_to) == LAST(no) && empty(wire) && head != read_to ->
        goto lose_place                                                 /* check_head_when_idle() */
    od;

lose_place:
    atomic { no = 0; read_to = 0; now = 0; restart = 0; forget(wire); goto locate }
}
