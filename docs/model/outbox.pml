/* Postgres: the service's transactions, its staged records and the sealed batches.
 * sql/002_staged_log_records.sql, sql/003_batches.sql, src/postgres/outbox_statements.cpp */

byte begun;                    /* xids given out: 1 .. begun */
byte open;                     /* the transactions that have not ended */
byte committed;                /* those that have, well; what ended otherwise rolled back */
byte staged;                   /* staging ids given out: 1 .. staged. A record is known by its staging id */
byte xid_of[5];                /* by staging id: the transaction that staged it. 0: id not given out */

/* What pg_current_snapshot() says: who has ended. pg_visible_in_snapshot(x, s) is membership; xmax and xip
 * are how Postgres writes such a set down. */
#define ENDED ((BIT(begun + 1) - 2) & ~open)

byte newest;                   /* the highest batches.no; row 0 was there from the beginning */
byte snapshot[5];
byte sealed_ms[5];
byte first_offset[5];

/* Records up to the batch `base` are released, and may be gone; what is held follows it. Batch 0 at first. */
byte base;
byte base_last;                /* its last_offset */

/* records_between(): the transactions whose records are visible in `current` and not in `previous`. */
#define WINDOW(previous, current) ((current) & ~SEEN(previous) & committed)
#ifdef BROKEN_BY_SERIAL
/* "All above the highest number seen", as if numbers became visible in the order they were given out. */
#define SEEN(s) ((s) & 8 -> 15 : ((s) & 4 -> 7 : ((s) & 2 -> 3 : 0)))
#else
#define SEEN(s) (s)
#endif

/* How many records with ids below i belong to a set of transactions. */
#define BELOW_2(set) (HAS(set, 1))
#define BELOW_3(set) (BELOW_2(set) + HAS(set, 2))
#define BELOW_4(set) (BELOW_3(set) + HAS(set, 3))
#define COUNT(set)   (BELOW_4(set) + HAS(set, 4))

/* ORDER BY id OFFSET k: the record with the k-th lowest id of a set of transactions, from 0; else 0. */
#define RECORD_AT(set, k) \
    (HAS(set, 1) && (k) == 0 -> 1 : \
    (HAS(set, 2) && (k) == BELOW_2(set) -> 2 : \
    (HAS(set, 3) && (k) == BELOW_3(set) -> 3 : \
    (HAS(set, 4) && (k) == BELOW_4(set) -> 4 : 0))))

/* What a batch holds is a function of its row, the row before and the staged records; so is last_offset. */
#define HELD(n) WINDOW(snapshot[(n) - 1], snapshot[n])
#define LAST(n) ((n) <= base -> base_last : first_offset[n] + COUNT(HELD(n)) - 1)

/* Outbox::find(): the batch that holds an offset which is sealed. */
#define BEGINS_BY(n, offset) (newest >= (n) && first_offset[n] <= (offset))
#define HOLDER(offset) \
    (BEGINS_BY(4, offset) -> 4 : (BEGINS_BY(3, offset) -> 3 : (BEGINS_BY(2, offset) -> 2 : 1)))

inline stage(x) {
    d_step {
        staged++;
        xid_of[staged] = x;
        must_precede[staged] = (RECORDS_OF(committed | BIT(x))) & ~BIT(staged);
        printf("writer %d: stages record %d\n", x, staged)
    }
}

/* One transaction of the service. They are numbered as they take their xid, at the first INSERT. */
proctype writer(byte x) {
end_never_begins:
    atomic { begun == x - 1 && staged < RECORDS -> begun = x; open = open | BIT(x); stage(x) }
end_open:
    do
    :: atomic { staged < RECORDS -> stage(x) }
    :: atomic { open = open & ~BIT(x); committed = committed | BIT(x); printf("writer %d: commits\n", x); break }
    :: atomic { open = open & ~BIT(x); printf("writer %d: rolls back\n", x); break }
#ifdef LIVENESS
    :: true -> end_open_for_ever: false
#endif
    od
}
