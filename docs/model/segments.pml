/* A consumer's segments, split and merged: sql/008_consumer_instances.sql, src/core/consumer_engine.cpp.
 *
 * A model of its own. All that segments need of the rest is a log that keeps its records, and rows that change by
 * compare-and-set; contrail.pml shows both. Record r has a key whose hash is r modulo SEGMENTS. Workers claim nothing: any
 * of them may work on any segment at any time, and freeze or die at any step. */

#ifndef SEGMENTS
#define SEGMENTS 2              /* the most */
#endif
#define RECORDS 4
#define WORKERS 2
#define NONE 15

#define REACHED(what) c_code { static char said; if (!said) { said = 1; printf("reached: " what "\n"); } }
#define MUST(otherwise, condition) if :: (condition) :: else -> printf(otherwise); assert(false) fi

#define HOLDS(segment, count, record) ((record) % (count) == (segment))

byte segments = 1;              /* how many there are */
byte place[SEGMENTS];           /* checkpoints.last_id, by segment */
byte half[SEGMENTS] = NONE;     /* checkpoints.ahead_segment */
byte half_to[SEGMENTS];         /* checkpoints.ahead_id */
bool applied[RECORDS + 1];

/* As far as the key of `record` is applied. */
#define AHEAD(s, count, record) (half[s] != NONE && HOLDS(half[s], 2 * (count), record))
#define PLACE(s, record) (AHEAD(s, segments, record) -> half_to[s] : place[s])

/* What is up to its key's place is applied, and nothing else. So is each record of a key after the one before it. */
inline judge() {
    r = 1;
    do
    :: r <= RECORDS ->
        MUST("breaks rule 5, effects once and none left out\n", applied[r] == (r <= PLACE((r % segments), r)));
        r++
    :: else -> break
    od;
    r = 0
}

/* What begin_segment() and the engine compare. */
#if defined(BROKEN_CLAIM_DECIDES)
#define UNCHANGED (count == segments)
#elif defined(BROKEN_BLIND_TO_AHEAD)
#define UNCHANGED (count == segments && from == place[s])
#else
#define UNCHANGED (count == segments && from == place[s] && half[s] == ahead && half_to[s] == ahead_to)
#endif

proctype worker(byte w) {
    byte count, s, from, ahead, ahead_to, to, r;

end_idle:
    do
    :: atomic { count = segments; from = 0; s = 0 ->               /* locate() */
           do :: s < count - 1 -> s++ :: break od;
           from = place[s]; ahead = half[s]; ahead_to = half_to[s];
           if :: from < RECORDS :: else -> goto next fi;
           to = from + 1;
           if :: to < RECORDS -> to++ :: true fi                   /* a batch of one or two records */
       };
       if
       :: true                                                     /* dies, or sleeps for long */
       :: atomic { UNCHANGED ->
              r = from + 1;
              do
              :: r <= to ->
                  if
                  :: HOLDS(s, count, r) && !(ahead != NONE && HOLDS(ahead, 2 * count, r) && r <= ahead_to) ->
                      MUST("breaks rule 5, effects once\n", !applied[r]);
                      applied[r] = true
                  :: else
                  fi;
                  r++
              :: else -> break
              od;
              r = 0;
              place[s] = to;
              if :: half[s] != NONE && half_to[s] <= to -> half[s] = NONE; half_to[s] = 0 :: else fi;
              printf("worker %d: commits segment %d of %d, from %d to %d\n", w, s, count, from, to);
              judge()
          }
       :: atomic { !UNCHANGED ->
              if
              :: count != segments -> REACHED("a worker meets other segments")
              :: from == place[s] && half[s] != ahead -> REACHED("only what is ahead has changed")
              :: else
              fi
          }
       fi;
next:  atomic { count = 0; s = 0; from = 0; ahead = 0; ahead_to = 0; to = 0 }
    od
}

proctype operator() {
    byte s, other, r;

end_idle:
    do
    :: atomic { segments < SEGMENTS ->                             /* split_segments() */
           s = 0;
           do
           :: s < segments ->
               other = s + segments;
#ifdef BROKEN_SPLIT_LOSES_PLACE
               place[other] = 0;
#else
               place[other] = (half[s] == other -> half_to[s] : place[s]);
#endif
               place[s] = (half[s] == s -> half_to[s] : place[s]);
               half[s] = NONE; half_to[s] = 0;
               s++
           :: else -> break
           od;
           segments = 2 * segments;
           printf("operator: splits into %d\n", segments);
           s = 0; other = 0;
           judge()
       }
    :: atomic { segments > 1 && half[0] == NONE && half[segments / 2] == NONE ->   /* merge_segments() */
           segments = segments / 2;
           s = 0;
           do
           :: s < segments ->
               other = s + segments;
               if
#ifndef BROKEN_MERGE_FORGETS_AHEAD
               :: place[s] < place[other] ->
                   half[s] = other; half_to[s] = place[other];
                   REACHED("a merge leaves a half ahead")
               :: place[s] > place[other] ->
                   half[s] = s; half_to[s] = place[s]; place[s] = place[other]
#endif
               :: else -> place[s] = (place[s] < place[other] -> place[s] : place[other])
               fi;
               place[other] = 0;
               s++
           :: else -> break
           od;
           printf("operator: merges into %d\n", segments);
           s = 0; other = 0;
           judge()
       }
    od
}

init {
    atomic {
        byte w = 0;
        do
        :: w < SEGMENTS -> half[w] = NONE; w++
        :: else -> break
        od;
        w = 0;
        do
        :: w < WORKERS -> run worker(w); w++
        :: else -> break
        od;
        run operator()
    }
}
