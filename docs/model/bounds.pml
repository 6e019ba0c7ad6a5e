/* How much of everything there is. The check script may set other bounds.
 *
 * Nothing bounds the number of crashes, losses and takeovers: they change no counter, so that spin explores
 * histories of any length. Only what grows has a bound. */

/* Three, so that one can commit late between two others, and a fourth party cannot differ from these. */
#ifndef TRANSACTIONS
#define TRANSACTIONS 3
#endif

/* One for each transaction, or two in one and order inside it matters. At most 4: see RECORD_AT. */
#ifndef RECORDS
#define RECORDS 3
#endif

/* Two: one leads, one is frozen, or dead with appends still on their way, and wakes at any moment. */
#ifndef STREAMERS
#define STREAMERS 2
#endif

/* Appends of one streamer on their way at once. Two, so that one can be refused and the next still arrive. */
#ifndef IN_FLIGHT
#define IN_FLIGHT 2
#endif

/* Consumers, by name. The first has INSTANCES processes, each other has one. */
#ifndef CONSUMERS
#define CONSUMERS 0
#endif
#ifndef INSTANCES
#define INSTANCES 2
#endif
