"""Replay alone, in pm4py: token-based replay of a log of events over the net that it makes of the BPMN. It runs no cases.

pm4py replays a variant once, whatever the number of cases that went that way. Every case is therefore given an event of its own, which
fits no step; a second line says what an all-alike log gives.
"""

import sys
import warnings
from importlib.metadata import version

import pandas
import pm4py

from common import DEFS, STEPS, begin_work, now, say

PEER, VERSION = "pm4py", version("pm4py")
warnings.filterwarnings("ignore")


def log(cases, alike):
    begin, rows = pandas.Timestamp("2026-01-01", tz="UTC"), []
    for case in range(cases):
        events = STEPS if alike else [*STEPS[:2], f"own-{case}", STEPS[2]]
        rows += [(str(case), step, begin + pandas.Timedelta(minutes=4 * case + at)) for at, step in enumerate(events)]
    return pandas.DataFrame(rows, columns=["case:concept:name", "concept:name", "time:timestamp"])


def replay(cases):
    titles = dict(zip(["Transfer request to the other authority", "Agree the crossover", "Notify the team to stop payments"], STEPS))
    net, begin, end = pm4py.convert_to_petri_net(pm4py.read_bpmn(str(DEFS / "transfer-out.plain.bpmn")))
    for transition in net.transitions:
        transition.label = titles.get(transition.label)
    for alike, how in ((False, "token-based, every case another variant"), (True, "token-based, all cases one variant")):
        events = log(cases, alike)
        begun = now()
        found = pm4py.conformance_diagnostics_token_based_replay(events, net, begin, end)
        took = now() - begun
        fit = sum(each["trace_is_fit"] for each in found)
        assert len(found) == cases and fit == cases, (len(found), fit)
        say(PEER, VERSION, "replay", how, len(events), took, cases=cases, fit=int(fit))


if __name__ == "__main__":
    measure, number = begin_work(PEER)
    if measure != "replay":
        sys.exit(f"{PEER}: replay alone")
    replay(number)
