/* Redis: one stream. src/redis/append_script.cpp, src/redis/redis_log.cpp */

byte head;             /* last-generated-id */
byte entry_record[5];  /* by offset; 0: the stream has no such entry */
byte entry_id[5];      /* kept when an entry is trimmed, as Redis keeps its last-generated-id */

#ifdef STRANGER
#include "stranger.pml"
#define WHERE_NAMED && FEEDS(OURS)
#else
#define WHERE_NAMED
#define MAY_CLAIM(outbox) true
#define judge_ours() skip
#endif

/* Appends on their way, with the head that each expects, and whether one that was answered was refused. A
 * dead streamer's appends stay on their way. */
chan wire_0 = [IN_FLIGHT] of { byte, byte, byte };
chan wire_1 = [IN_FLIGHT] of { byte, byte, byte };
bool refused[2];

/* XADD refuses by itself what does not rise. */
inline xadd(id, record) {
    if
    :: id > head ->
        judge_entry(id, record, head);
        judge_ours();
        entry_record[OFFSET(id)] = record;
        entry_id[OFFSET(id)] = id;
        head = id
    :: else
    fi
}

#ifdef BROKEN_BLIND_APPEND
#define EXPECTED(id) true
#else
#define EXPECTED(id) (head == id WHERE_NAMED)
#endif

/* The append script, one chunk of one record: chunks are atomic in Redis. Answered with the head after it. */
inline compare_and_append(s, expected, id, record) {
    if
    :: EXPECTED(expected) -> xadd(id, record)
    :: !EXPECTED(expected) && head == id -> REACHED("repeat refused, and taken as done")
    :: else -> REACHED("append refused")
    fi;
    refused[s] = refused[s] || head != id
}

/* Redis serves what a streamer has sent when it comes to it. */
proctype connection(byte s; chan wire) {
    byte expected, id, record;
end_idle:
    do
    :: d_step {
           wire?expected, id, record ->
           printf("redis: append of %d-%d (record %d) by streamer %d, which expects %d-%d\n",
                  MS(id), OFFSET(id), record, s, MS(expected), OFFSET(expected));
           compare_and_append(s, expected, id, record);
           expected = 0; id = 0; record = 0
       }
    od
}

/* Redis loses its tail or everything: a restart without a durable file, a failover to an older copy, FLUSHALL. */
proctype disasters() {
    byte now_last;
    do
    :: d_step {
           head != 0 ->
           now_last = OFFSET(head) - 1;
           entry_record[OFFSET(head)] = 0;
           entry_id[OFFSET(head)] = 0;
           head = entry_id[now_last];
           now_last = 0;
           REACHED("log loses its tail");
           printf("redis: loses a record; its head is %d-%d\n", MS(head), OFFSET(head))
       }
#ifdef STRANGER
    :: d_step {                                          /* FLUSHALL */
           entry_record[1] = 0; entry_record[2] = 0; entry_record[3] = 0; entry_record[4] = 0;
           entry_id[1] = 0; entry_id[2] = 0; entry_id[3] = 0; entry_id[4] = 0;
           head = 0; fed_by = 0;
           printf("redis: loses everything\n")
       }
#endif
#ifdef BROKEN_SEAL_NOT_DURABLE
    :: d_step { newest > 0 -> printf("postgres: restarts, and has lost the seal of batch %d\n", newest); newest-- }
#endif
#ifdef RETENTION
    :: d_step { reported[0] > 0 -> reported[0]-- }      /* an older copy knows older positions */
    :: d_step { reported[1] > 0 -> reported[1]-- }
#endif
#ifdef LIVENESS
    :: atomic { healed = true; printf("from here on nothing breaks\n"); break }
#endif
    od
}
