"""The work in DBOS Transact on its SQLite system database: a case is a workflow that waits with recv(), an advance is a send().

DBOS leaves its file in the rollback journal; it is put into the write-ahead log first, which is faster. It runs what waits all the time,
so that an advance is done when the workflow has come to its next recv(). It looks for what was sent every 10 milliseconds here.
"""

import asyncio
import os
import sqlite3
import sys
import time
from importlib.metadata import version

from dbos import DBOS, DBOSConfig, SetWorkflowID

from common import DATA, END, FIRST, SECOND, STEPS, begin_work, now, say, wipe

PEER, VERSION = "dbos", version("dbos")
HOURS = {STEPS[0]: 72, STEPS[1]: 24 * 365, STEPS[2]: 72}
stands = {}


@DBOS.step()
def straight_step(step):
    return step


@DBOS.workflow()
def straight(case):
    for step in STEPS:
        straight_step(step)
    return END


@DBOS.workflow()
async def transfer_out(case):
    for step in STEPS:
        stands[case] = step
        if await DBOS.recv_async("done", timeout_seconds=HOURS[step] * 3600) is None:
            return f"late: {step}"
    stands[case] = END
    return END


@DBOS.workflow()
async def letters(case, due):
    stands[case] = FIRST
    if await DBOS.recv_async("answer", timeout_seconds=max(0.0, due - time.time())) is None:
        stands[case] = SECOND
        await DBOS.recv_async("answer", timeout_seconds=14 * 86_400)


def launch(name, fresh=True):
    path = DATA / f"{name}.db"
    if fresh:
        wipe(path)
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal"
    DBOS(
        config=DBOSConfig(
            name="peers",
            system_database_url=f"sqlite:///{path}",
            log_level="ERROR",
            notification_listener_polling_interval_sec=0.01,
            executor_id="local",
            application_version="1",
        )
    )
    DBOS.launch()
    return path


def count(path, query):
    with sqlite3.connect(path) as db:
        return db.execute(query).fetchone()[0]


async def until(true, seconds=300):
    begun = now()
    while not true():
        if now() - begun > seconds:
            raise TimeoutError
        await asyncio.sleep(0.002)


async def start(cases):
    handles = []
    for number in range(1, cases + 1):
        with SetWorkflowID(f"case-{number}"):
            handles.append(await DBOS.start_workflow_async(transfer_out, number))
    await until(lambda: all(stands.get(number) == STEPS[0] for number in range(1, cases + 1)))
    return handles


def send(number):
    return DBOS.send_async(f"case-{number}", "ok", topic="done")


async def durable(measure, cases):
    path = launch(PEER)
    handles = await start(cases)
    numbers = range(1, cases + 1)
    begun = now()
    for to in [*STEPS[1:], END]:
        if measure == "advance":
            for number in numbers:
                await send(number)
                await until(lambda: stands[number] == to)
        else:
            await asyncio.gather(*[send(number) for number in numbers])
            await until(lambda: all(stands[number] == to for number in numbers))
    took = now() - begun
    for handle in handles:
        assert await handle.get_result() == END
    consumed = count(path, "SELECT count(*) FROM notifications WHERE consumed = 1")
    assert consumed == cases * 3, consumed
    how = "send and recv, " + ("one at a time" if measure == "advance" else "all cases at once")
    say(PEER, VERSION, measure, how, cases * 3, took, cases=cases, consumed=consumed)


def steps(cases):
    """What it does without waiting for anybody: its steps alone, each written down."""
    path, begun = launch(PEER), now()
    for number in range(1, cases + 1):
        with SetWorkflowID(f"case-{number}"):
            assert straight(number) == END
    took = now() - begun
    written = count(path, "SELECT count(*) FROM operation_outputs")
    assert written == cases * 3 and count(path, "SELECT count(*) FROM workflow_status WHERE status = 'SUCCESS'") == cases
    say(PEER, VERSION, "advance", "steps of a workflow that waits for nobody", cases * 3, took, cases=cases, steps=written)


async def timers(cases):
    """It reads the machine's clock: all are due at one time, once they have been opened."""
    path = launch(PEER)
    due = time.time() + max(5.0, cases / 10)
    for number in range(1, cases + 1):
        with SetWorkflowID(f"case-{number}"):
            await DBOS.start_workflow_async(letters, number, due)
    await until(lambda: len(stands) == cases)
    assert time.time() < due, "opening took longer than the letters wait"
    await asyncio.sleep(max(0.0, due - time.time()))
    begun = now()
    await until(lambda: all(step == SECOND for step in stands.values()))
    took = now() - begun
    written = count(path, "SELECT count(*) FROM workflow_status WHERE status = 'PENDING'")
    assert written == cases, written
    say(PEER, VERSION, "timers", "its own recv() that times out, real clock", cases, took, fired=cases)


async def fill(cases):
    launch(f"{PEER}-cold")
    await start(cases)


async def one(number):
    launch(f"{PEER}-cold", fresh=False)
    await until(lambda: stands.get(number) == STEPS[0])
    await send(number)
    await until(lambda: stands[number] == STEPS[1])
    print(stands[number])


async def to_the_end(work):
    """What still waits would keep the program: it ends here, as by a kill."""
    await work
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    measure, number = begin_work(PEER)
    if measure == "steps":
        steps(number)
    else:
        measures = {
            "advance": lambda: durable("advance", number),
            "bulk": lambda: durable("bulk", number),
            "timers": lambda: timers(number),
            "fill": lambda: fill(number),
            "one": lambda: one(number),
        }
        asyncio.run(to_the_end(measures[measure]()))
