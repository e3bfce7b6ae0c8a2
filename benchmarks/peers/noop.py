"""Celery as a peer of "benchmarks queue": tasks that do nothing, from the call to the result.

python3 -m celery -A noop worker       works
python3 noop.py ITEMS                  sends, waits for all results, prints how many there were in a second

Environment: AMQP, the broker's URI; CONFIRM=1: each publishing waits for the broker's confirm.
"""

import os
import sys
import time

from celery import Celery

app = Celery("noop", broker=os.environ["AMQP"], backend="rpc://")
app.conf.update(
    # As the suite's worker: settled after the effect, both ways kept on disk, items handed over ahead.
    task_acks_late=True,
    task_default_delivery_mode="persistent",
    result_persistent=True,
    worker_prefetch_multiplier=64,
    broker_transport_options={"confirm_publish": os.environ.get("CONFIRM") == "1"},
    task_default_queue="celery-confirmed" if os.environ.get("CONFIRM") == "1" else "celery-unconfirmed",
)


@app.task(name="noop")
def noop(content):
    return len(content)


def main(items):
    for result in [noop.delay("x" * 12) for _ in range(100)]:
        result.get(timeout=60)
    start = time.monotonic()
    results = [noop.delay("x" * 12) for _ in range(items)]
    for result in results:
        result.get(timeout=120)
    print("%.1f" % (items / (time.monotonic() - start)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
