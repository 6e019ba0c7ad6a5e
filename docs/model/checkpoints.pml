/* What consumers keep in their databases: sql/005_checkpoints.sql; and tell the log. */

byte checkpoint[2];     /* by consumer: checkpoints.last_id */
byte applied[2];        /* by consumer: the records whose effects are committed */
byte holds_row[2];      /* by consumer: the instance whose open transaction has moved the checkpoint; 0: none */
byte reported[2];       /* by consumer: the offset of its position, beside the log. 0: none, or lost */
