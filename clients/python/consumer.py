#!/usr/bin/python3
"""A consumer in Python: adds up the distances of Rocket Rides, as docs/protocol.md describes a consumer.

    DATABASE_URL=… LOG_URL=… STREAM_NAME=… consumer.py NAME [earliest|latest|ID]

To make it yours, replace add_up(). Debian: python3-psycopg2, python3-redis.
"""
import json
import os
import pathlib
import sys
import time

import psycopg2
import psycopg2.errors
import redis

RECORDS_MAX, BYTES_MAX = 1_000, 4 << 20  # of one transaction
ATTEMPTS_MAX = 3  # of a record by itself, before it is parked
REGISTER = (pathlib.Path(__file__).parent.parent / "register.lua").read_text()
REPORT = (pathlib.Path(__file__).parent.parent / "report.lua").read_text()
# Nothing is wrong with the records: a server is away, a lock was waited for in vain, another instance was faster.
PASSING = (psycopg2.OperationalError, psycopg2.InterfaceError, psycopg2.errors.IdleInTransactionSessionTimeout,
           redis.RedisError)


def add_up(cursor, consumer, records):
    """The handler. What it raises, other than PASSING, rejects the records."""
    cursor.execute("SELECT total_distance FROM consumer_states WHERE name = %s", [consumer])
    total = (cursor.fetchone() or [0.0])[0]
    for record in records:  # one by one, in order: a sum of doubles depends on both
        if record["object"] != "ride":
            continue
        ride = json.loads(record["data"])
        previous = ride["previous_distance"] if record["action"] != "create" else 0.0
        total += (ride["distance"] if record["action"] != "delete" else 0.0) - previous
        print(f"Consumed record: {record['data']} total_distance={total:.1f}m")
    cursor.execute(
        "INSERT INTO consumer_states (name, total_distance) VALUES (%s, %s) "
        "ON CONFLICT (name) DO UPDATE SET total_distance = excluded.total_distance", [consumer, total])


def parts(record_id):
    return tuple(int(part) for part in record_id.split("-"))


def offset(record_id):
    return parts(record_id)[1]


class Overtaken(Exception):
    """Another instance of this name has moved the checkpoint."""


class Consumer:
    def __init__(self, name, stream, start, handler):
        self.name, self.stream, self.start, self.handler = name, stream, start, handler
        self.records_max, self.attempts, self.suspect_offset = 10, 0, 0

    def run(self):
        pause = 0.1
        while True:
            try:
                self.connect()
                while True:
                    self.step()
                    pause = 0.1
            except Overtaken:
                time.sleep(0.5)  # and connect() loads the checkpoint
            except PASSING as error:
                if str(error).startswith(("GONE", "NOPLACE", "TOOMANYNAMES", "OTHEROWNER")):
                    print(f"{self.name} stops: {error}", file=sys.stderr)
                    sys.exit(78)
                print(f"trying again: {error}", file=sys.stderr)
                time.sleep(pause)
                pause = min(2 * pause, 5)

    def connect(self):
        """Connects anew and loads the checkpoint: whatever failed, it is the truth. A commit in doubt may have happened."""
        self.database = psycopg2.connect(os.environ["DATABASE_URL"], application_name=self.name)
        self.log = redis.Redis.from_url(os.environ["LOG_URL"], decode_responses=True, socket_timeout=10)
        with self.database, self.database.cursor() as cursor:
            cursor.execute("SELECT id, name FROM contrail.owner()")
            self.owner = cursor.fetchone()
        self.checkpoint, self.upkeep_at = self.load() or self.register(), 0
        self.read_to = self.checkpoint

    def load(self):
        row = self.query("SELECT last_id FROM contrail.checkpoints WHERE consumer = %s AND stream = %s")
        return row and row[0]

    def register(self):
        while not (place := self.log.eval(REGISTER, 2, f"{self.stream}:positions", f"{self.stream}:owners", self.name,
                                          self.start, *self.owner, self.stream, f"{self.stream}:identity")):
            time.sleep(0.25)  # the log cannot tell yet where it begins
        self.query("SELECT contrail.register(%s, %s, %s)", place)
        return self.load()

    def query(self, text, *values):
        """A statement in a transaction of its own. Without one left open: it would hold up vacuum."""
        with self.database, self.database.cursor() as cursor:
            cursor.execute(text, [self.name, self.stream, *values])
            return cursor.fetchone()

    def step(self):
        if time.monotonic() >= self.upkeep_at:  # once a second
            self.report()
            self.retry_marked()
            self.upkeep_at = time.monotonic() + 1
        records = self.read()
        if not records:
            return
        try:
            self.apply(records)
        except (*PASSING, Overtaken):
            raise
        except Exception as rejection:
            self.reject(records, rejection)
        else:
            self.attempts = 0
            self.report()

    def read(self):
        """Waits for records, outside of any transaction. Leaves out what was applied before, and stops at a gap."""
        count = 1 if offset(self.read_to) < self.suspect_offset else self.records_max
        reply = self.log.xread({self.stream: self.read_to}, count=count, block=1000)
        entries = reply[0][1] if reply else []
        records, last = [], offset(self.checkpoint)
        for record_id, fields in entries:
            self.read_to = record_id
            if parts(record_id) <= parts(self.checkpoint):
                continue
            if offset(record_id) != last + 1:
                if self.load() != self.checkpoint:
                    raise Overtaken
                sys.exit(f"{self.name} stops: record {last + 1} is missing; the log continues with {record_id}. "
                         f"Cut off: {self.log.hget(self.stream + ':cut_off', self.name)}")
            last += 1
            records.append({"id": record_id, **fields})
        if entries:  # The next read is bounded by what records of this one took, and at most twice as large.
            size = sum(len(value) for _, fields in entries for value in fields.values()) // len(entries) + 1
            self.records_max = max(1, min(2 * self.records_max, RECORDS_MAX, BYTES_MAX // size))
        return records

    def apply(self, records):
        last_id = records[-1]["id"]
        with self.database, self.database.cursor() as cursor:  # BEGIN … COMMIT; ROLLBACK after an exception
            self.begin(cursor)
            self.handler(cursor, self.name, records)
            cursor.execute("SELECT contrail.advance(%s, %s, %s, %s)",
                           [self.name, self.stream, self.checkpoint, last_id])
        self.checkpoint = last_id

    def begin(self, cursor):
        cursor.execute("SELECT contrail.begin_batch(%s, %s)", [self.name, self.stream])
        if cursor.fetchone()[0] != self.checkpoint:
            raise Overtaken

    def reject(self, records, rejection):
        """Has a batch applied again record by record, to find the one at fault; parks that one."""
        self.attempts += 1
        self.read_to = self.checkpoint
        if len(records) > 1:
            self.attempts, self.suspect_offset = 0, offset(records[-1]["id"])
        elif self.attempts >= ATTEMPTS_MAX:
            record = records[0]
            with self.database, self.database.cursor() as cursor:
                self.begin(cursor)
                cursor.execute(
                    "SELECT contrail.park(%s, %s, %s, %s, %s, %s, %s, attempts => %s, key => %s, headers => %s)",
                    [self.name, self.stream, record["id"], record["action"], record["object"], record["data"],
                     str(rejection) or repr(rejection), self.attempts, record.get("key"), record.get("headers")])
            self.checkpoint = self.read_to = record["id"]
            self.attempts = 0
            self.report()

    def retry_marked(self):
        """Applies a parked record that an operator has marked. The checkpoint stays."""
        if not self.query("SELECT contrail.has_marked(%s, %s)")[0]:
            return
        letter = None
        try:
            with self.database, self.database.cursor() as cursor:
                self.begin(cursor)
                cursor.execute("SELECT record_id, action, object, data, key, headers FROM contrail.take_marked(%s, %s)",
                               [self.name, self.stream])
                letter = cursor.fetchone()
                if letter:
                    names = ("id", "action", "object", "data", "key", "headers")
                    self.handler(cursor, self.name, [dict(zip(names, letter))])
        except (*PASSING, Overtaken):
            raise
        except Exception as rejection:
            if letter is None:
                raise
            self.query("SELECT contrail.park_again(%s, %s, %s, %s)", letter[0], str(rejection) or repr(rejection))

    def report(self):
        """What the log may be trimmed to. Repeated once a second: a Redis that was wiped must hear of it again."""
        self.log.eval(REPORT, 2, f"{self.stream}:positions", f"{self.stream}:owners", self.name, self.checkpoint,
                      *self.owner)


if __name__ == "__main__":
    start = sys.argv[2] if len(sys.argv) > 2 else "earliest"
    Consumer(sys.argv[1], os.environ["STREAM_NAME"], start, add_up).run()
