import json
import pathlib
import sys

for line in sys.stdin:
    if line.strip():
        record = json.loads(line)
        pathlib.Path(f"receipt-{record['offset']}.json").write_text(json.dumps(record["data"]) + "\n")
    else:
        print("ok", flush=True)
