/* A second outbox at the same log, such as a copy of the service's database: src/redis/identity_scripts.cpp,
 * lua_for_outbox() in src/redis/lua.cpp. It knows nothing of the first, and may have found its place at any time before.
 * What it appends is no record of the service: number THEIRS. */

#define OURS 1
#define THEIRS 5

byte fed_by;           /* the outbox that the log names; 0: none */

/* An outbox begins a log that names it, or an empty one that names none. */
#define MAY_CLAIM(outbox) (fed_by == outbox || (fed_by == 0 && head == 0))

#ifdef BROKEN_NO_IDENTITY
#define FEEDS(outbox) true
#else
#define FEEDS(outbox) (fed_by == outbox)
#endif

#define HELD_BY_THEM(offset) (entry_record[offset] == THEIRS)
#define HELD_BY_US(offset) (entry_record[offset] != 0 && entry_record[offset] != THEIRS)
#define HELD_BY(whom) (whom(1) || whom(2) || whom(3) || whom(4))

inline judge_ours() {
    MUST("breaks rule 9, strangers are refused\n", fed_by == OURS && !HELD_BY(HELD_BY_THEM))
}

inline judge_theirs() {
    MUST("breaks rule 9, strangers are refused\n", fed_by == THEIRS && !HELD_BY(HELD_BY_US))
}

proctype stranger() {
    byte place;

end_locate:
    atomic { MAY_CLAIM(THEIRS) && OFFSET(head) < 4 -> place = head; fed_by = THEIRS; printf("stranger: claims the log\n") };
    if
    :: d_step { FEEDS(THEIRS) && head == place && OFFSET(place) < 4 ->
           place = ID(MS(place), OFFSET(place) + 1);
           printf("redis: append of %d-%d by the stranger\n", MS(place), OFFSET(place));
           judge_theirs();
           entry_record[OFFSET(place)] = THEIRS;
           entry_id[OFFSET(place)] = place;
           head = place;
           REACHED("stranger begins an empty log")
       }
    :: d_step { !(FEEDS(THEIRS) && head == place) -> printf("stranger: is refused\n"); REACHED("stranger refused") }
    fi;
    place = 0;
    goto end_locate
}
