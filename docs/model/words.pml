/* How the model writes down what Postgres and Redis keep. */

/* A set of transactions, or of records, is a number: element x is its bit x. A record is known by its staging
 * id, a transaction by its xid; both count 1, 2, 3 ... */
#define BIT(x) (1 << (x))
#define SIZE(set) (((set) >> 1 & 1) + ((set) >> 2 & 1) + ((set) >> 3 & 1) + ((set) >> 4 & 1))

/* Whether record i was staged by one of a set of transactions. */
#define HAS(transactions, i) (((transactions) >> xid_of[i]) & 1)
#define RECORDS_OF(transactions) (HAS(transactions, 1) << 1 | HAS(transactions, 2) << 2 | \
                                  HAS(transactions, 3) << 3 | HAS(transactions, 4) << 4)

/* A record id <milliseconds>-<offset>, in one number that orders as record ids do. 0 is 0-0. */
#define ID(ms, offset) ((ms) * 8 + (offset))
#define OFFSET(id) ((id) & 7)
#define MS(id) ((id) >> 3)
