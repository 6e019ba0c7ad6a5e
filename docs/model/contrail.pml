/* Contrail's protocol, for spin: README.md beside this file says what it shows, and how to run it. */

/* Says once, while spin searches, that something was reached: no state of the model's. */
#define REACHED(what) c_code { static char said; if (!said) { said = 1; printf("reached: " what "\n"); } }

#include "bounds.pml"
#include "words.pml"
#include "rules.pml"
#include "outbox.pml"
#include "checkpoints.pml"
#include "log.pml"
#ifdef RETENTION
#include "retention.pml"
#endif
#ifdef RECONCILIATION
#include "reconciliation.pml"
#endif
#include "streamer.pml"
#include "consumer.pml"
#include "rule_1.pml"

init {
    atomic {
        first_offset[0] = 1;
        run writer(1);
        if :: TRANSACTIONS >= 2 -> run writer(2) :: else fi;
        if :: TRANSACTIONS >= 3 -> run writer(3) :: else fi;
        run connection(0, wire_0); run streamer(0, wire_0);
        if :: STREAMERS == 2 -> run connection(1, wire_1); run streamer(1, wire_1) :: else fi;
        if :: CONSUMERS >= 1 -> run consumer(0, 1); if :: INSTANCES == 2 -> run consumer(0, 2) :: else fi :: else fi;
        if :: CONSUMERS == 2 -> run consumer(1, 1) :: else fi;
#ifdef RETENTION
        run retention();
#endif
#ifdef RECONCILIATION
        run reconciler();
#endif
#ifdef STRANGER
        run stranger();
#endif
        run disasters()
    }
}
