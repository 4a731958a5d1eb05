"""What the peers on Python share: the work, the store for those that have none, the line that is printed.

Such a peer keeps its whole state as text in the case's row, beside an event of about 200 bytes and the time at which it is due: the same
rows as the bare loop writes, in the write-ahead log with synchronous = FULL, which is asserted.
"""

import json
import os
import pathlib
import sqlite3
import sys
import time

WORK = pathlib.Path(os.environ.get("PEERS", "target/peers")).resolve()
DEFS, DATA = WORK / "defs", WORK / "data"
STEPS = ["request-transfer", "agree-crossover", "notify-team"]
END = "closure"
FIRST, SECOND = "first-letter", "second-letter"
TOGETHER = 1_000
#: Milliseconds of a simulated clock that begins at 0; a case's second deadline counts from then too.
HOURS_72, WEEKS_2 = 72 * 3_600_000, 336 * 3_600_000
DUES = {"agree-crossover": None, "notify-team": HOURS_72, END: None}

now = time.perf_counter


def say(peer, version, measure, how, number, seconds, **checked):
    """The one line that a program prints, after it has asserted what is in `checked`."""
    line = dict(peer=peer, version=version, measure=measure, how=how, n=number, seconds=seconds, checked=checked)
    print(json.dumps(line), flush=True)


def wipe(path):
    for ending in ("", "-wal", "-shm", "-journal"):
        pathlib.Path(f"{path}{ending}").unlink(missing_ok=True)


def event(case, seq, begin, to):
    text = (
        f'{{"type":"step-done","case":{case},"seq":{seq},"from":"{begin}","to":"{to}","actor":"ann","role":"Worker",'
        '"at":"2026-11-23T10:00:00Z","note":"'
    )
    return text.ljust(198, "x") + '"}'


class Store:
    """The rows of a peer that has no store of its own."""

    def __init__(self, name, fresh=True):
        path = DATA / f"{name}.db"
        if fresh:
            wipe(path)
        self.db = sqlite3.connect(path, isolation_level=None)
        assert self.db.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal"
        self.db.execute("PRAGMA synchronous = FULL")
        assert self.db.execute("PRAGMA synchronous").fetchone()[0] == 2
        self.db.executescript("""
            CREATE TABLE IF NOT EXISTS cases(
                id INTEGER PRIMARY KEY, step TEXT NOT NULL, seq INTEGER NOT NULL, state TEXT NOT NULL, due INTEGER);
            CREATE INDEX IF NOT EXISTS due ON cases(due) WHERE due IS NOT NULL;
            CREATE TABLE IF NOT EXISTS events(
                case_id INTEGER NOT NULL, seq INTEGER NOT NULL, content TEXT NOT NULL, PRIMARY KEY (case_id, seq));
        """)

    def begin(self):
        self.db.execute("BEGIN IMMEDIATE")

    def commit(self):
        self.db.execute("COMMIT")

    def load(self, case):
        return self.db.execute("SELECT state, seq FROM cases WHERE id = ?", (case,)).fetchone()

    def due(self, at):
        return [row[0] for row in self.db.execute("SELECT id FROM cases WHERE due <= ? ORDER BY due", (at,))]

    def history(self, case):
        rows = self.db.execute("SELECT content FROM events WHERE case_id = ? ORDER BY seq", (case,))
        return [json.loads(row[0]) for row in rows]

    def save(self, case, seq, begin, step, state, due):
        self.db.execute("INSERT INTO events VALUES(?,?,?)", (case, seq, event(case, seq, begin, step)))
        self.db.execute(
            "INSERT INTO cases VALUES(?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET"
            " step = excluded.step, seq = excluded.seq, state = excluded.state, due = excluded.due",
            (case, step, seq, state, due),
        )

    def check(self, cases, events, step):
        """So many cases stand at the step, and there are so many events: or else nothing is printed."""
        there = self.db.execute("SELECT count(*) FROM cases WHERE step = ?", (step,)).fetchone()[0]
        written = self.db.execute("SELECT count(*) FROM events").fetchone()[0]
        assert (there, written) == (cases, events), (there, written, cases, events)
        return {"cases": there, "events": written}


def begin_work(peer):
    """The measure and the number that were asked for."""
    DATA.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) != 3:
        sys.exit(f"{peer}: MEASURE NUMBER")
    return sys.argv[1], int(sys.argv[2])
