"""A consumer that knows nothing but docs/protocol.md: every statement, command and script that it sends stands there.

It takes one step of the page at a time, so that a test can say what happens in between.
"""
import pathlib
import re

import psycopg2
import redis

DOCS = pathlib.Path(__file__).resolve().parents[3] / "docs"


class Page:
    def __init__(self):
        self.text = (DOCS / "protocol.md").read_text()
        self.scripts = re.findall(r"```lua\n(.*?)```", self.text, re.S)
        self.statements = [line for block in re.findall(r"```sql\n(.*?)```", self.text, re.S)
                           for line in block.splitlines()]

    def statement(self, part):
        """The one statement that contains `part`, with the placeholders of psycopg2 for $1, $2 …"""
        found = {line for line in self.statements if part in line}
        assert len(found) == 1, f"{part} stands {len(found)} times on the page"
        return re.sub(r"\$(\d+)", r"%(p\1)s", found.pop())

    def command(self, start, **values):
        """The words of the indented command that begins with `start`, with values for its <placeholders>."""
        line = re.search(rf"^    ({re.escape(start)}.*)$", self.text, re.M).group(1)
        return [values[word[1:-1]] if word.startswith("<") and word.endswith(">") else self._key(word, values)
                for word in line.split()]

    @staticmethod
    def _key(word, values):
        return word.replace("<log>", values["log"])


PAGE = Page()


class PageClient:
    def __init__(self, database_url, redis_url, log, consumer="mailer"):
        self.names = {"log": log, "consumer": consumer}
        self.log, self.consumer = log, consumer
        self.database = psycopg2.connect(database_url)
        self.database.autocommit = True  # the page's BEGIN and COMMIT are statements
        self.cursor = self.database.cursor()
        self.redis = redis.Redis.from_url(redis_url, decode_responses=True)
        self.checkpoint = self.read_to = None
        self.cursor.execute(PAGE.statement("contrail.owner("))
        self.names["owner"], self.names["owner_name"] = self.cursor.fetchone()

    def sql(self, part, *more):
        values = {f"p{i}": value for i, value in enumerate((self.consumer, self.log, *more), 1)}
        self.cursor.execute(PAGE.statement(part) if " " in part or "(" in part else part, values)
        row = self.cursor.fetchone() if self.cursor.description else None
        return row[0] if row and len(row) == 1 else row

    # Step 1
    def load(self):
        self.checkpoint = self.read_to = self.sql("FROM contrail.checkpoints")
        return self.checkpoint

    def register_with_log(self, place):
        return self.redis.execute_command(
            *PAGE.command("EVAL <script> 2 <log>:positions <log>:owners <consumer> <place>", script=PAGE.scripts[0], place=place,
                          **self.names))

    def start(self, place="earliest"):
        if self.load() is None:
            chosen = self.register_with_log(place)
            if chosen is None:
                return None
            self.sql("contrail.register(", chosen)
            self.load()
        return self.checkpoint

    # Steps 2 and 3
    def read(self, count="1000", block="1"):
        words = PAGE.command("XREAD", read_to=self.read_to, **self.names)
        words[words.index("COUNT") + 1], words[words.index("BLOCK") + 1] = count, block
        reply = self.redis.execute_command(*words)
        records, last = [], self.offset(self.checkpoint)
        for record_id, fields in (reply[0][1] if reply else []):
            self.read_to = record_id
            if self.parts(record_id) <= self.parts(self.checkpoint):
                continue
            assert self.offset(record_id) == last + 1, f"gap between {last} and {record_id}"
            last += 1
            records.append((record_id, fields))
        return records

    @staticmethod
    def parts(record_id):
        return [int(part) for part in record_id.split("-")]

    def offset(self, record_id):
        return self.parts(record_id)[1]

    # Step 4
    def begin(self):
        self.sql("BEGIN")
        return self.sql("contrail.begin_batch(")

    def advance(self, to):
        self.sql("contrail.advance(", self.checkpoint, to)

    def commit(self, to):
        self.sql("COMMIT")
        self.checkpoint = to

    # Step 5
    def report(self):
        return self.redis.execute_command(
            *PAGE.command("EVAL <script> 2 <log>:positions <log>:owners <consumer> <checkpoint>", script=PAGE.scripts[1],
                          checkpoint=self.checkpoint, **self.names))

    # Refused records
    def park(self, record_id, fields, error, attempts=1):
        self.sql("contrail.park(", record_id, fields["action"], fields["object"], fields["data"], error, attempts,
                 fields.get("key"), fields.get("headers"))
