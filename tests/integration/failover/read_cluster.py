"""Prints how many records redis-py reads from a log in a Redis Cluster: read_cluster.py PORT PASSWORD LOG.

Exits with status 1 at a gap.
"""

import sys

from redis.cluster import RedisCluster


def main():
    port, password, log = sys.argv[1:]
    cluster = RedisCluster(host="127.0.0.1", port=int(port), password=password)
    count = 0
    after = "0-0"
    while True:
        read = cluster.xread({log: after}, count=1000)
        if not read:
            break
        for entry, fields in read[0][1]:
            after = entry
            count += 1
            if not entry.endswith(b"-%d" % count) or fields[b"data"] != b"%d" % count:
                sys.exit(1)
    print(count)


main()
