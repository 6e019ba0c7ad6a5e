/* Retention, in outline: the log is trimmed and the outbox emptied behind the slowest consumer.
 * src/core/retention_engine.cpp, and StreamerEngine::restart_log() in src/core/streamer_engine.cpp */

byte registered[2];   /* by consumer, in Postgres: it is past this offset. All were registered at the start */

#define LEAST(a, b) ((a) < (b) -> (a) : (b))
#define NEEDED_BY_NONE (CONSUMERS == 2 -> LEAST(registered[0], registered[1]) : registered[0])
#define PAST(c, offset) (c >= CONSUMERS || OFFSET(checkpoint[c]) >= (offset))

/* ConsumerRegistry::note(). A report that lies before everything held comes from an older copy of the log. */
inline note(c) {
    if
    :: reported[c] != 0 && reported[c] >= base_last -> registered[c] = reported[c]
    :: else
    fi
}

#ifdef BROKEN_TRIM_BY_COUNT
#define MAY_TRIM(c, offset) true
#define TRIM_TO (OFFSET(head) - 1)
#else
#define MAY_TRIM(c, offset) (c >= CONSUMERS || reported[c] == 0 || reported[c] >= offset)
#define TRIM_TO keep
#endif

/* Log::trim(): the script looks at what was reported up to this moment, too. */
inline trim(offset) {
    if
    :: offset <= TRIM_TO && entry_record[offset] != 0 && MAY_TRIM(0, offset) && MAY_TRIM(1, offset) ->
        printf("retention: trims offset %d\n", offset);
        MUST("breaks rule 7, nothing needed is dropped\n", PAST(0, offset) && PAST(1, offset));
        entry_record[offset] = 0;
        REACHED("log trimmed")
    :: else
    fi
}

/* The newest batch that no consumer needs. */
#define UP_TO(n) ((n) <= newest && (n) > base && LAST(n) <= NEEDED_BY_NONE)
#define RELEASABLE (UP_TO(4) -> 4 : (UP_TO(3) -> 3 : (UP_TO(2) -> 2 : (UP_TO(1) -> 1 : base))))

/* Whether a segment holds nothing that the batches up to n do not. Odd and even staging ids lie in different
 * segments, so that a batch can be in both. */
#define IN(segment, i) (((i) & 1) == segment && xid_of[i] != 0)
#define ALL_OLD(segment, n, i) (!IN(segment, i) || (snapshot[n] & BIT(xid_of[i])) != 0)
#ifdef BROKEN_EMPTY_UNCHECKED
#define HOLDS_NO_MORE_THAN(n, segment) true
#else
#define HOLDS_NO_MORE_THAN(n, segment) \
    (ALL_OLD(segment, n, 1) && ALL_OLD(segment, n, 2) && ALL_OLD(segment, n, 3) && ALL_OLD(segment, n, 4))
#endif
#define RECORDS_IN(segment) (segment == 1 -> BIT(1) | BIT(3) : BIT(2) | BIT(4))

/* Outbox::release(): first the batches, also where a transaction keeps every segment from being emptied. */
inline release_batches() {
    if
    :: RELEASABLE > base ->
        to = RELEASABLE;
        base_last = LAST(to);
        base = to;
        to = 0;
        printf("retention: batches up to %d are released\n", base);
        MUST("breaks rule 7, nothing needed is dropped\n", PAST(0, base_last) && PAST(1, base_last))
    :: else
    fi
}

/* Then a segment, under its lock. A record emptied has no transaction any more. */
inline empty_segment(segment) {
    if
    :: base > 0 && HOLDS_NO_MORE_THAN(base, segment) &&
       (IN(segment, 2 - segment) || IN(segment, 4 - segment)) ->
        printf("retention: empties segment %d\n", segment);
        MUST("breaks rule 7, nothing needed is dropped\n",
             (RECORDS_IN(segment) & RECORDS_OF(committed) & ~sent) == 0);
        xid_of[2 - segment] = 0; xid_of[4 - segment] = 0;      /* TRUNCATE */
        REACHED("outbox emptied")
    :: else
    fi
}

proctype retention() {
    byte keep, to;
end_idle:
    do
    :: d_step { true -> note(0); note(1); keep = NEEDED_BY_NONE }
    :: d_step { TRIM_TO > 0 -> trim(1); trim(2); trim(3); trim(4) }
    :: d_step { keep > 0 -> release_batches() }
    :: d_step { keep > 0 -> empty_segment(0) }
    :: d_step { keep > 0 -> empty_segment(1) }
    od
}

/* StreamerEngine::restart_log(), the log's side: all or nothing, if the head is still as found. */
inline restart_log() {
    d_step {
        MUST("breaks rule 1, the streamer does not stop for good\n", NEEDED_BY_NONE >= OFFSET(restart));
        if
        :: head == read_to ->
            entry_record[1] = 0; entry_record[2] = 0; entry_record[3] = 0; entry_record[4] = 0;
            entry_id[1] = 0; entry_id[2] = 0; entry_id[3] = 0; entry_id[4] = 0;
            entry_id[OFFSET(restart)] = restart;
            head = restart;
            REACHED("log restarted");
            printf("redis: restarted by streamer %d at %d-%d\n", s, MS(head), OFFSET(head))
        :: else
        fi;
        read_to = restart;
        restart = 0
    }
}
