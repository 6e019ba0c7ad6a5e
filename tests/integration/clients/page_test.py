#!/usr/bin/python3
"""What docs/protocol.md tells a consumer is enough, and right: each test follows it to the letter on real servers.
So are the functions of docs/consumers.md.

DATABASE_URL: a database with Contrail's tables. LOG_URL: a Redis of the test's own.
"""
import concurrent.futures
import json
import os
import re
import unittest

import psycopg2
import redis
from page_client import DOCS, PAGE, PageClient

DATABASE_URL, LOG_URL = os.environ["DATABASE_URL"], os.environ["LOG_URL"]
SOURCE = DOCS.parent


class PageTest(unittest.TestCase):
    def setUp(self):
        self.log = self.id().split(".")[-1]
        self.redis = redis.Redis.from_url(LOG_URL, decode_responses=True)
        self.redis.flushall()
        self.admin = psycopg2.connect(DATABASE_URL)
        self.admin.autocommit = True
        self.query("CREATE TABLE IF NOT EXISTS effects (consumer text, stream text, record_offset bigint)")
        self.query("TRUNCATE effects, contrail.checkpoints, contrail.dead_letters")

    def query(self, text, *values):
        with self.admin.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall() if cursor.description else None

    def client(self, consumer="mailer", redis_url=LOG_URL):
        client = PageClient(DATABASE_URL, redis_url, self.log, consumer)
        self.addCleanup(client.database.close)
        return client

    def note_sealed(self, record_id):
        run = self.redis.info("server")["run_id"]
        self.redis.hset(f"{self.log}:identity", mapping={"sealed": record_id, "run": run})

    def fill(self, first, last, ms=1_700_000_000_000, data='{"id": 1}'):
        """What a streamer would have done."""
        self.note_sealed(f"{ms}-{last}")
        for offset in range(first, last + 1):
            self.redis.xadd(self.log, {"action": "create", "object": "ride", "data": data}, id=f"{ms}-{offset}")

    def apply(self, client, records):
        for record_id, _ in records:
            client.cursor.execute("INSERT INTO effects VALUES (%s, %s, %s)",
                                  [client.consumer, self.log, client.offset(record_id)])

    def applied(self):
        return [row[0] for row in self.query("SELECT record_offset FROM effects WHERE stream = %s ORDER BY 1", self.log)]

    def next_xid(self):
        return self.query("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")[0][0]

    def consume(self, client, **read):
        records = client.read(**read)
        if records:
            self.assertEqual(client.begin(), client.checkpoint)
            self.apply(client, records)
            client.advance(records[-1][0])
            client.commit(records[-1][0])
        return len(records)

    def started(self, **kwargs):
        client = self.client(**kwargs)
        self.assertIsNotNone(client.start())
        return client


class Start(PageTest):
    def test_registers_its_place_before_it_reads(self):
        self.fill(1, 3)
        client = self.started()
        self.assertEqual(self.redis.hgetall(f"{self.log}:positions"), {"mailer": "0-0"})
        self.assertEqual(self.consume(client), 3)

    def test_at_the_latest_begins_with_what_comes_next(self):
        self.fill(1, 3)
        client = self.client()
        client.start("latest")
        self.fill(4, 5)
        self.consume(client)
        self.assertEqual(self.applied(), [4, 5])

    def test_keeps_the_earlier_place_of_two_instances(self):
        self.fill(1, 3)
        self.client().register_with_log("earliest")
        self.client().register_with_log("latest")
        self.assertEqual(self.redis.hgetall(f"{self.log}:positions"), {"mailer": "0-0"})

    def test_takes_the_place_of_a_faster_instance(self):
        self.fill(1, 3)
        slow, fast = self.client(), self.client()
        slow.load()
        self.assertEqual(slow.register_with_log("latest"), "1700000000000-3")
        self.assertEqual(fast.start(), "0-0")
        self.assertFalse(slow.sql("contrail.register(", "1700000000000-3"))
        self.assertEqual(slow.load(), "0-0")

    def test_waits_while_an_emptied_log_cannot_say_where_it_begins(self):
        for place in ("earliest", "latest"):
            self.assertIsNone(self.client().start(place), "nothing has fed it yet")
        self.fill(501, 520)
        self.note_sealed("1700000000000-600")
        for place in ("earliest", "latest"):
            self.assertIsNone(self.client().start(place), "it is being filled again")
        self.assertEqual(self.redis.hgetall(f"{self.log}:positions"), {})

    def test_waits_while_the_server_may_hold_an_older_copy(self):
        self.fill(501, 520)
        self.redis.hset(f"{self.log}:identity", "run", "0123456789abcdef")
        self.assertIsNone(self.client().start("latest"))

    def test_need_not_wait_for_the_end_of_a_log_to_begin_with_record_1(self):
        self.fill(1, 20)
        self.note_sealed("1700000000000-600")
        self.assertIsNone(self.client().start("latest"))
        self.assertEqual(self.client().start("earliest"), "0-0")

    def test_begins_in_a_log_that_is_truly_empty(self):
        self.note_sealed("0-0")
        client = self.started()
        self.assertEqual(client.checkpoint, "0-0")
        self.assertEqual(self.redis.hgetall(f"{self.log}:positions"), {"mailer": "0-0"})
        self.fill(1, 2)
        self.assertEqual(self.consume(client), 2)

    def test_refuses_a_place_that_the_log_no_longer_follows(self):
        self.fill(5, 9)
        for place in ("earliest", "0-0", "1700000000000-3", "1700000000000-10"):
            with self.assertRaisesRegex(redis.ResponseError, "^GONE"):
                self.client().start(place)
        self.assertEqual(self.client().start("1700000000000-4"), "1700000000000-4")

    def test_replaces_a_position_that_is_none(self):
        self.fill(1, 3)
        self.redis.hset(f"{self.log}:positions", "mailer", "nonsense")
        self.started()
        self.assertEqual(self.redis.hgetall(f"{self.log}:positions"), {"mailer": "0-0"})

    def test_refuses_a_place_that_is_none_and_a_name_too_many(self):
        self.fill(1, 3)
        with self.assertRaisesRegex(redis.ResponseError, "^NOPLACE"):
            self.client().start("yesterday")
        self.redis.hset(f"{self.log}:positions", mapping={f"other{i}": "0-0" for i in range(1000)})
        with self.assertRaisesRegex(redis.ResponseError, "^TOOMANYNAMES"):
            self.client().start()

    def test_compares_ids_that_no_double_holds(self):
        first = 2**53 + 1
        self.fill(first, first + 2)
        self.assertEqual(self.client().start(f"1700000000000-{first - 1}"), f"1700000000000-{first - 1}")
        with self.assertRaisesRegex(redis.ResponseError, "^GONE"):
            self.client("other").start(f"1700000000000-{first - 2}")

    def test_refuses_names_beyond_their_limits(self):
        self.fill(1, 1)
        for consumer in ("", "a" * 129, "a b", "ü"):
            with self.assertRaises(psycopg2.errors.CheckViolation):
                self.client(consumer).start()
        self.client("a" * 128).start()


class Owner(PageTest):
    """A second database whose consumer has the same name."""

    def setUp(self):
        super().setUp()
        self.fill(1, 3)

    def other(self):
        client = self.client()
        client.names.update(owner="another", owner_name='database "other"')
        return client

    def test_is_noted_when_a_consumer_registers(self):
        client = self.started()
        (note,) = self.redis.hgetall(f"{self.log}:owners").values()
        self.assertEqual(note, f"{client.names['owner']} - {client.names['owner_name']}")

    def test_is_the_same_for_each_connection_and_names_the_database(self):
        one, two = self.client(), self.client()
        self.assertEqual(one.names, two.names)
        self.assertIn(f'database "{one.database.info.dbname}" at', one.names["owner_name"])

    def test_is_noted_again_after_a_loss(self):
        client = self.started()
        self.redis.delete(f"{self.log}:owners", f"{self.log}:positions")
        client.report()
        self.assertEqual(self.redis.hlen(f"{self.log}:owners"), 1)

    def test_keeps_another_database_from_registering(self):
        client = self.started()
        with self.assertRaisesRegex(redis.ResponseError, '^OTHEROWNER mailer belongs to .*, and not to database "other"'):
            self.other().register_with_log("latest")
        self.assertEqual(self.redis.hgetall(f"{self.log}:positions"), {"mailer": "0-0"})
        self.assertEqual(client.start(), "0-0")

    def test_keeps_another_database_from_reporting(self):
        self.started()
        other = self.other()
        other.checkpoint = "1700000000000-3"
        with self.assertRaisesRegex(redis.ResponseError, "^OTHEROWNER"):
            other.report()
        self.assertEqual(self.redis.hgetall(f"{self.log}:positions"), {"mailer": "0-0"})

    def test_is_none_of_a_program_that_tells_none(self):
        self.redis.hset(f"{self.log}:positions", "mailer", "0-0")
        self.assertEqual(self.started().checkpoint, "0-0")
        self.assertEqual(self.redis.hlen(f"{self.log}:owners"), 1)


class Read(PageTest):
    def test_of_nothing_is_nil(self):
        self.fill(1, 1)
        client = self.started()
        self.consume(client)
        self.assertEqual(client.read(), [])

    def test_of_a_log_that_was_restarted_is_empty(self):
        self.fill(1, 1)
        client = self.started()
        self.consume(client)
        with concurrent.futures.ThreadPoolExecutor() as waiting:
            found = waiting.submit(client.read, block="60000")
            while self.redis.info("clients")["blocked_clients"] == 0:
                pass
            self.redis.execute_command("XADD", self.log, "MAXLEN", "0", "1700000000000-7", "restart", "")
            self.assertEqual(found.result(), [])

    def test_of_nothing_but_repeats_goes_on(self):
        self.fill(1, 6)
        client = self.started()
        self.consume(client, count="4")
        client.read_to = "0-0"
        self.assertEqual([self.consume(client, count="2") for _ in range(3)], [0, 0, 2])
        self.assertEqual(self.applied(), [1, 2, 3, 4, 5, 6])

    def test_of_an_offset_that_was_given_out_twice_is_no_repeat(self):
        self.fill(1, 4)
        client = self.started()
        self.consume(client)
        self.fill(3, 5, ms=1_700_000_000_001)
        with self.assertRaisesRegex(AssertionError, "gap between 4 and 1700000000001-3"):
            client.read()

    def test_stops_at_a_gap(self):
        self.fill(1, 6)
        client = self.started()
        self.redis.xdel(self.log, "1700000000000-3")
        with self.assertRaisesRegex(AssertionError, "gap between 2 and 1700000000000-4"):
            client.read()

    def test_takes_no_transaction_id_while_nothing_comes(self):
        self.fill(1, 1)
        client = self.started()
        self.consume(client)
        before = self.next_xid()
        for _ in range(5):
            client.read()
            self.assertFalse(client.sql("contrail.has_marked("))
            client.report()
        self.assertEqual(self.next_xid(), before)


class Batch(PageTest):
    def test_of_a_slower_instance_changes_nothing(self):
        self.fill(1, 4)
        slow, fast = self.started(), self.started()
        records = slow.read()
        self.consume(fast, count="3")
        self.assertEqual(slow.begin(), "1700000000000-3")
        with self.assertRaises(psycopg2.errors.SerializationFailure):
            self.apply(slow, records)
            slow.advance(records[-1][0])
        slow.sql("ROLLBACK")
        slow.load()
        self.assertEqual(self.consume(slow), 1)
        self.assertEqual(self.applied(), [1, 2, 3, 4])

    def test_bounds_its_waits(self):
        self.fill(1, 1)
        client = self.started()
        client.begin()
        client.cursor.execute("SELECT current_setting('lock_timeout'), "
                              "current_setting('idle_in_transaction_session_timeout')")
        self.assertEqual(client.cursor.fetchone(), ("30s", "1min"))

    def test_whose_begin_went_to_another_connection_is_noticed(self):
        self.fill(1, 1)
        client = self.started()
        client.sql("contrail.begin_batch(")
        with self.assertRaises(psycopg2.errors.NoActiveSqlTransaction):
            client.advance("1700000000000-1")


class Report(PageTest):
    def test_is_heard_by_a_redis_that_was_wiped(self):
        self.fill(1, 2)
        client = self.started()
        self.consume(client)
        self.redis.flushall()
        client.report()
        self.assertEqual(self.redis.hgetall(f"{self.log}:positions"), {"mailer": "1700000000000-2"})

    def test_is_taken_while_redis_is_out_of_memory(self):
        self.fill(1, 2)
        client = self.started()
        self.consume(client)
        self.redis.config_set("maxmemory", 1)
        self.addCleanup(self.redis.config_set, "maxmemory", 0)
        with self.assertRaisesRegex(redis.ResponseError, "maxmemory"):
            self.redis.hset(f"{self.log}:positions", "mailer", "1700000000000-2")
        client.report()
        self.assertEqual(self.redis.hgetall(f"{self.log}:positions"), {"mailer": "1700000000000-2"})


class Refused(PageTest):
    def test_record_among_others_is_parked_and_no_other_is_passed(self):
        self.fill(1, 9)
        client = self.started()
        records = client.read()
        poison = records[4]
        client.begin()
        with self.assertRaises(psycopg2.errors.ObjectNotInPrerequisiteState):  # as the page once read
            client.park(poison[0], poison[1], "no")
        client.sql("ROLLBACK")

        client.read_to = client.checkpoint
        for _ in range(9):
            (record_id, fields), = client.read(count="1")
            client.begin()
            if record_id == poison[0]:
                client.park(record_id, fields, "no", 3)
            else:
                self.apply(client, [(record_id, fields)])
                client.advance(record_id)
            client.commit(record_id)
        self.assertEqual(self.applied(), [1, 2, 3, 4, 6, 7, 8, 9])
        self.assertEqual(self.query("SELECT record_offset, data, error, attempts FROM contrail.dead_letters "
                                    "WHERE stream = %s", self.log), [(5, '{"id": 1}', "no", 3)])

        self.query("UPDATE contrail.dead_letters SET marked_at = now() WHERE stream = %s", self.log)
        self.assertTrue(client.sql("contrail.has_marked("))
        client.begin()
        self.assertEqual(client.sql("contrail.take_marked(")[0], poison[0])
        client.sql("ROLLBACK")
        self.assertTrue(client.sql("contrail.park_again(", poison[0], "still no"))
        self.query("UPDATE contrail.dead_letters SET marked_at = now() WHERE stream = %s", self.log)
        client.begin()
        client.sql("contrail.take_marked(")
        self.apply(client, [poison])
        client.sql("COMMIT")
        self.assertEqual(self.applied(), list(range(1, 10)))
        self.assertFalse(client.sql("contrail.has_marked("))


class Rights(PageTest):
    def test_of_the_manual_are_enough_for_every_step(self):
        rules = re.search(r"ACL SETUSER consumer on >… (.*)", (DOCS / "operations.md").read_text()).group(1)
        self.redis.execute_command("ACL", "SETUSER", "restricted", "reset", "on", ">secret",
                                   *re.sub(r"~rides\b", f"~{self.log}", rules).split())
        self.addCleanup(self.redis.execute_command, "ACL", "DELUSER", "restricted")
        self.fill(1, 3)
        client = self.client()
        client.redis.execute_command("AUTH", "restricted", "secret")
        client.start()
        self.assertEqual(self.consume(client), 3)
        client.report()
        self.assertIsNone(client.redis.hget(f"{self.log}:cut_off", "mailer"))
        with self.assertRaises(redis.exceptions.NoPermissionError):
            client.redis.xadd(self.log, {"a": "b"})


class OwnTransaction(PageTest):
    """That of an application which is handed records at least once, as docs/consumers.md tells it."""

    def setUp(self):
        super().setUp()
        text = (DOCS / "consumers.md").read_text()
        section = text[text.index("## In a transaction of your application"):]
        blocks = [block.splitlines() for block in re.findall(r"```sql\n(.*?)```", section, re.S)]
        (self.register,), self.take = blocks[:2]
        self.query(self.register)

    def hand_over(self, *offsets):
        begin, load, _, advance, commit = self.take
        self.query(begin)
        (before,), = self.query(load)
        fresh = [offset for offset in offsets if offset > int(before.split("-")[1])]
        for offset in fresh:
            self.query("INSERT INTO effects VALUES ('billing', %s, %s)", self.log, offset)
        if not fresh:
            self.query("ROLLBACK")
            return
        self.query(re.sub(r"\$\d", "%s", advance), before, f"1700000000000-{fresh[-1]}")
        self.query(commit)

    def test_applies_repeats_once(self):
        for batch in ((1, 2, 3), (1, 2, 3), (2, 3, 4), (5,), (1,)):
            self.hand_over(*batch)
        self.assertEqual(self.applied(), [1, 2, 3, 4, 5])


class JobQueues(PageTest):
    """The functions of docs/consumers.md, on tables as these queues make them."""

    TABLES = {
        "graphile_worker": """
            CREATE SCHEMA graphile_worker;
            CREATE TABLE graphile_worker.jobs (id bigserial, task_identifier text, payload json);
            CREATE FUNCTION graphile_worker.add_job(identifier text, payload json DEFAULT NULL)
            RETURNS graphile_worker.jobs LANGUAGE sql AS
            'INSERT INTO graphile_worker.jobs (task_identifier, payload) VALUES ($1, $2) RETURNING *'""",
        "oban_jobs": """
            CREATE TABLE oban_jobs (id bigserial, state text NOT NULL DEFAULT 'available',
                queue text NOT NULL DEFAULT 'default', worker text NOT NULL, args jsonb NOT NULL DEFAULT '{}',
                scheduled_at timestamp NOT NULL DEFAULT timezone('UTC', now()))""",
        "solid_queue_jobs": """
            CREATE TABLE solid_queue_jobs (id bigserial PRIMARY KEY, queue_name varchar NOT NULL,
                class_name varchar NOT NULL, arguments text, priority int NOT NULL DEFAULT 0, active_job_id varchar,
                scheduled_at timestamp, created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
            CREATE TABLE solid_queue_ready_executions (job_id bigint NOT NULL REFERENCES solid_queue_jobs,
                queue_name varchar NOT NULL, priority int NOT NULL DEFAULT 0, created_at timestamp NOT NULL)""",
    }
    JOBS = {
        "graphile_worker": "SELECT payload->>'record' FROM graphile_worker.jobs ORDER BY id",
        "oban_jobs": "SELECT args->>'record' FROM oban_jobs ORDER BY id",
        "solid_queue_jobs": "SELECT arguments::jsonb->'arguments'->>0 FROM solid_queue_jobs "
                            "JOIN solid_queue_ready_executions ON id = job_id ORDER BY id",
    }

    def test_get_a_job_for_each_record_in_order(self):
        text = (DOCS / "consumers.md").read_text()
        functions = [block for block in re.findall(r"```sql\n(.*?)```", text, re.S) if "enqueue_receipts" in block]
        self.assertEqual(len(functions), len(self.TABLES))
        records = json.dumps([{"id": f"1700000000000-{offset}", "offset": offset, "data": {"id": offset}}
                              for offset in (10, 9)])
        for queue, tables in self.TABLES.items():
            function, = (block for block in functions if queue in block)
            self.query("DROP FUNCTION IF EXISTS enqueue_receipts(jsonb)")
            self.query(tables)
            self.query(function)
            self.query("SELECT enqueue_receipts(%s)", records)
            self.assertEqual(self.query(self.JOBS[queue]), [("1700000000000-9",), ("1700000000000-10",)], queue)


class ThePage(PageTest):
    def test_shows_the_script_that_the_reference_clients_run(self):
        self.assertEqual(PAGE.scripts[0], (SOURCE / "clients/register.lua").read_text())
        self.assertEqual(PAGE.scripts[1], (SOURCE / "clients/report.lua").read_text())
        for client in ("python/consumer.py", "node/consumer.mjs", "ruby/consumer.rb"):
            for script in ("register.lua", "report.lua"):
                self.assertIn(script, (SOURCE / "clients" / client).read_text())

    def test_names_every_column_of_a_dead_letter(self):
        columns = self.query("SELECT column_name FROM information_schema.columns "
                             "WHERE table_schema = 'contrail' AND table_name = 'dead_letters'")
        listed = PAGE.text[PAGE.text.index("dead_letters        consumer"):]
        for column, in columns:
            self.assertIn(column, listed)


if __name__ == "__main__":
    unittest.main()
