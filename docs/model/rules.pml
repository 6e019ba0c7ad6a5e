/* What must always hold: the rules of docs/architecture.md, by their numbers. Nothing here decides what the
 * protocol does; it only remembers what happened, and judges.
 * Rule 1 is in rule_1.pml; the others are asserted where something could break them. */

byte must_precede[5];   /* by record: those that must have lower offsets: staged earlier in its own
                         * transaction, or committed before it was staged */
byte sent;              /* records that were in the log at some time, even if it has lost them since */
byte id_of[5];          /* by record: the id under which it was sent first */
#ifdef RECONCILIATION
byte reduced;           /* records whose effects were reduced last */
byte reduced_to;        /* the offset that was named with them */
#endif

#ifdef LIVENESS
bool healed;            /* no disaster happens any more */
#else
#define healed false
#endif

#define MUST(otherwise, condition) if :: (condition) :: else -> printf(otherwise); assert(false) fi

/* Judges one XADD. `before` is the head before it. */
inline judge_entry(id, record, before) {
    MUST("breaks rule 2, nothing invented\n", HAS(committed, record) || (sent & BIT(record)) != 0);
    MUST("breaks rule 3, offsets are dense and rise\n", OFFSET(id) == OFFSET(before) + 1 && id > before);
    MUST("breaks rule 3, order\n", (must_precede[record] & ~sent) == 0);
    MUST("breaks rule 4, a record keeps its id\n", id_of[record] == 0 || id_of[record] == id);
    MUST("breaks rule 4, an id keeps its record\n", id_of[record] != 0 || SIZE(sent) == OFFSET(id) - 1);
#ifdef RECONCILIATION
    MUST("breaks a reconciled state\n", reduced_to == 0 || (OFFSET(id) <= reduced_to) == (reduced >> record & 1));
#endif
    sent = sent | BIT(record);
    id_of[record] = id
}
