/* Rule 1, nothing lost: once nothing breaks any more, everything committed reaches every consumer, whatever
 * happened before, and although another transaction may stay open for ever. */
#ifdef LIVENESS
#define DELIVERED_TO(c) (c >= CONSUMERS || (RECORDS_OF(committed) & ~applied[c]) == 0)

ltl rule_1 { [] (healed -> <> (DELIVERED_TO(0) && DELIVERED_TO(1))) }
#endif
