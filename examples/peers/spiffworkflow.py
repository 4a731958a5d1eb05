"""The work in SpiffWorkflow: BPMN, each case's state as JSON by its own serialiser, kept in SQLite by hand."""

import datetime
from importlib.metadata import version

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions import timer
from SpiffWorkflow.util.task import TaskState

from common import DEFS, DUES, END, FIRST, HOURS_72, SECOND, STEPS, TOGETHER, WEEKS_2, Store, begin_work, now, say

PEER, VERSION = "SpiffWorkflow", version("SpiffWorkflow")
SERIALISER = BpmnWorkflowSerializer()


class Clock(datetime.datetime):
    """The clock of SpiffWorkflow's timers, which can be put forward."""

    ahead = datetime.timedelta(0)

    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.now(tz) + cls.ahead


timer.datetime = Clock


def spec(name):
    parser = BpmnParser()
    parser.add_bpmn_file(str(DEFS / f"{name}.spiff.bpmn"))
    return parser.get_spec(name)


def start(definition):
    case = BpmnWorkflow(definition)
    case.do_engine_steps()
    return case


def stands(case):
    task = case.get_next_task(state=TaskState.READY, manual=True)
    return task.task_spec.name if task else (END if case.completed else None)


def do(case, step):
    task = case.get_next_task(state=TaskState.READY, manual=True)
    assert task.task_spec.name == step, (task.task_spec.name, step)
    task.run()
    case.do_engine_steps()
    return stands(case)


def fill(store, name, cases, due):
    definition = spec(name)
    store.begin()
    for number in range(1, cases + 1):
        case = start(definition)
        store.save(number, 0, "start", stands(case), SERIALISER.serialize_json(case), due)
    store.commit()


def durable(measure, cases, together, loads):
    store, definition = Store("spiffworkflow"), spec("transfer-out")
    fill(store, "transfer-out", cases, HOURS_72)
    held = [] if loads else [start(definition) for _ in range(cases)]
    work = [(seq, step, case) for seq, step in enumerate(STEPS, 1) for case in range(1, cases + 1)]
    begun = now()
    for at in range(0, len(work), together):
        store.begin()
        for seq, step, number in work[at : at + together]:
            case = SERIALISER.deserialize_json(store.load(number)[0]) if loads else held[number - 1]
            to = do(case, step)
            store.save(number, seq, step, to, SERIALISER.serialize_json(case), DUES[to])
        store.commit()
    took = now() - begun
    how = "state read and written as JSON" if loads else "cases held in memory, state written as JSON"
    say(PEER, VERSION, measure, how, len(work), took, **store.check(cases, cases * 4, END))


def decide(cases):
    definition = spec("transfer-out")
    held = [start(definition) for _ in range(cases)]
    begun = now()
    for step in STEPS:
        for case in held:
            do(case, step)
    took = now() - begun
    assert all(case.completed for case in held)
    say(PEER, VERSION, "decide", "cases held in memory", cases * 3, took, completed=cases)


def timers(cases):
    store = Store("spiffworkflow")
    fill(store, "letters", cases, WEEKS_2)
    Clock.ahead = datetime.timedelta(days=14, hours=1)
    begun, fired = now(), 0
    due = store.due(WEEKS_2)
    for at in range(0, len(due), TOGETHER):
        store.begin()
        for number in due[at : at + TOGETHER]:
            case = SERIALISER.deserialize_json(store.load(number)[0])
            case.refresh_timers()
            case.do_engine_steps()
            store.save(number, 1, FIRST, stands(case), SERIALISER.serialize_json(case), 2 * WEEKS_2)
            fired += 1
        store.commit()
    took = now() - begun
    say(PEER, VERSION, "timers", "due times kept by hand", fired, took, **store.check(cases, cases * 2, SECOND))


def replay(cases):
    """Its states cannot be had from events, so that the events are done again, each held against where the case stands."""
    store, definition = Store("spiffworkflow"), spec("transfer-out")
    store.begin()
    for number in range(1, cases + 1):
        for seq, (begin, to) in enumerate(zip(["start", *STEPS], [*STEPS, END])):
            store.save(number, seq, begin, to, "", None)
    store.commit()
    begun, events = now(), 0
    for number in range(1, cases + 1):
        case = start(definition)
        for each in store.history(number):
            if each["seq"]:
                do(case, each["from"])
            assert stands(case) == each["to"]
            events += 1
        assert case.completed
    took = now() - begun
    say(PEER, VERSION, "replay", "events done again", events, took, **store.check(cases, events, END))


def one(number):
    store, definition = Store("spiffworkflow-cold", fresh=False), spec("transfer-out")
    assert definition.name == "transfer-out"
    store.begin()
    state, seq = store.load(number)
    case = SERIALISER.deserialize_json(state)
    to = do(case, STEPS[0])
    store.save(number, seq + 1, STEPS[0], to, SERIALISER.serialize_json(case), DUES[to])
    store.commit()
    print(to)


if __name__ == "__main__":
    measure, number = begin_work(PEER)
    {
        "advance": lambda: durable("advance", number, 1, True),
        "bulk": lambda: durable("bulk", number, TOGETHER, False),
        "decide": lambda: decide(number),
        "timers": lambda: timers(number),
        "replay": lambda: replay(number),
        "fill": lambda: fill(Store("spiffworkflow-cold"), "transfer-out", number, HOURS_72),
        "one": lambda: one(number),
    }[measure]()
