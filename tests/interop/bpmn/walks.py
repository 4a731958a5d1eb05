"""Replays mapcase's walks on the BPMN export in SpiffWorkflow and compares, move by move, where the case stands and how it went.

Usage: python walks.py FOLDER WALKS
FOLDER holds ATLAS/MAP.bpmn, WALKS is what `walks.rs` printed. Exit code 1 where the two differ, or where a way that BPMN can say was
never walked.
"""

import json
import multiprocessing
import re
import sys
from collections import Counter
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from pathlib import Path

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, BpmnValidator
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.event_definitions import timer as spiff_timer
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
OURS = "{urn:mapcase:bpmn}"
NEVER = "2999-01-01T00:00:00+00:00"
INSTANT = timedelta(microseconds=1)
# An ISO 8601 duration in days against mapcase's whole days: up to a day, and an hour where clocks change.
A_DAY = timedelta(hours=25)
NOT_STANDING = {"startEvent", "endEvent", "intermediateThrowEvent", "exclusiveGateway"}


class Clock(datetime):
    """SpiffWorkflow's clock, which the walk sets. It hangs where the atlas is, by whose days mapcase counts: by UTC, a month that
    begins just after midnight would begin, and end, a day or more before."""

    at = None
    zone = None

    @classmethod
    def now(cls, tz=None):
        return cls.at.astimezone(cls.zone)


spiff_timer.datetime = Clock


class Engine(PythonScriptEngine):
    """Reads what the export writes: FEEL's equality, ISO 8601 durations as they stand, and times in the map's own words. The last is
    mapcase's to work out: the walk says what came of it."""

    def __init__(self, export):
        super().__init__()
        self.export = export
        self.due = {}

    def evaluate(self, task, expression, external_context=None):
        comparisons = [re.fullmatch(r'(\w+) = "([^"]*)"', part) for part in expression.split(" or ")]
        if all(comparisons):
            return any(task.data[found[1]] == found[2] for found in comparisons)
        if re.fullmatch(r"P(\d+Y)?(\d+M)?(\d+D)?(T(\d+H)?(\d+M)?)?", expression):
            return expression
        name = task.task_spec.name
        if expression != self.export.times[name]:
            raise ValueError(f"{name} is asked for `{expression}`")
        return self.due.get(self.export.step_of.get(name), NEVER)


class Export:
    """One BPMN file: what stands for which step, and the process that SpiffWorkflow reads from it."""

    def __init__(self, file, tree, called):
        self.process = tree.find(f"{BPMN}process")
        self.steps, self.kinds, self.step_of, self.times, self.boundaries, self.told = {}, {}, {}, {}, {}, Counter()
        for element in self.process:
            bpmn_id, step = element.get("id"), element.get(f"{OURS}step")
            self.kinds[bpmn_id] = etree.QName(element).localname
            if step is not None:
                self.steps[bpmn_id] = step
                self.step_of[bpmn_id] = step
        for element in self.process.iter(f"{BPMN}boundaryEvent"):
            step = self.steps[element.get("attachedToRef")]
            self.step_of[element.get("id")] = step
            self.boundaries[step] = element.get("id")
        for element in self.process.iter(f"{BPMN}timeDate"):
            holder = element.getparent().getparent()
            self.times[holder.get("id")] = element.text
        messages = {element.get("id"): element.get("name") for element in tree.iter(f"{BPMN}message")}
        self.messages = {
            element.getparent().get("id"): messages[element.get("messageRef")]
            for element in self.process.iter(f"{BPMN}messageEventDefinition")
        }
        self.messages |= {
            element.get("id"): messages[element.get("messageRef")] for element in self.process.iter(f"{BPMN}receiveTask")
        }
        self.variables = self.named_variables()
        parser = BpmnParser(validator=BpmnValidator())
        parser.add_bpmn_xml(tree, str(file))
        # What is called is stood in for by one question: its outcome.
        for other in called:
            if other not in parser.process_parsers:
                parser.add_bpmn_str(STUB.format(id=other).encode())
        self.spec = parser.get_spec(self.process.get("id"))
        self.subprocesses = parser.get_subprocess_specs(self.process.get("id"))

    def named_variables(self):
        """The variable that the gateway behind a step looks at."""
        flows = {flow.get("id"): flow for flow in self.process.iter(f"{BPMN}sequenceFlow")}
        after, found = {}, {}
        for flow in flows.values():
            after.setdefault(flow.get("sourceRef"), []).append(flow)
        for bpmn_id, step in self.steps.items():
            [*onward] = after.get(bpmn_id, [])
            forks = onward if self.kinds[bpmn_id] == "exclusiveGateway" else [
                flow for first in onward for flow in after.get(first.get("targetRef"), [])
                if self.kinds[first.get("targetRef")] == "exclusiveGateway"
            ]
            for flow in forks:
                condition = flow.find(f"{BPMN}conditionExpression")
                if condition is not None and self.kinds[bpmn_id] != "exclusiveGateway":
                    found[step] = condition.text.split(" = ")[0]
        return found


STUB = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:stub">
<process id="{id}" isExecutable="true">
<startEvent id="{id}_begin"><outgoing>{id}_1</outgoing></startEvent>
<userTask id="stub"><incoming>{id}_1</incoming><outgoing>{id}_2</outgoing></userTask>
<endEvent id="{id}_end"><incoming>{id}_2</incoming></endEvent>
<sequenceFlow id="{id}_1" sourceRef="{id}_begin" targetRef="stub" />
<sequenceFlow id="{id}_2" sourceRef="stub" targetRef="{id}_end" />
</process></definitions>"""


class Replay:
    """One walk in SpiffWorkflow."""

    def __init__(self, export, walk):
        self.export, self.walk = export, walk
        self.engine = Engine(export)
        self.seen = set()
        self.moves = self.exact = self.in_days = self.in_words = 0

    def run(self):
        """Compares the whole walk, up to where a limit moves the case. AssertionError where the two differ."""
        opened = self.walk["opened"]
        Clock.at, Clock.zone = instant(opened["at"]), zone(opened["at"])
        self.remember(opened["events"])
        self.workflow = BpmnWorkflow(self.export.spec, self.export.subprocesses, script_engine=self.engine)
        self.begin()
        self.compare("opened", opened)
        for count, move in enumerate(self.walk["moves"]):
            if any(event.get("left", "").startswith("limit ") for event in move["events"]):
                return
            self.move(move)
            self.compare(f"move {count + 1} ({move['step']} {move['does']})", move)
            self.moves += 1

    def begin(self):
        """Begins at the walk's start. BPMN makes a process of each start event; SpiffWorkflow offers all to one, so the others go."""
        chosen = next(bpmn_id for bpmn_id, step in self.export.steps.items() if step == self.walk["start"])
        tasks = self.workflow.get_tasks(spec_name=chosen)
        while not tasks or not tasks[0].has_state(TaskState.READY | TaskState.WAITING):
            ready = [task for task in self.workflow.get_tasks(state=TaskState.READY)
                     if self.export.kinds.get(task.task_spec.name) != "startEvent"]
            assert ready, f"SpiffWorkflow does not come to {chosen}"
            ready[0].run()
            tasks = self.workflow.get_tasks(spec_name=chosen)
        tasks[0].data.update(self.walk["record"])
        for task in self.workflow.get_tasks(state=TaskState.READY | TaskState.WAITING):
            if self.export.kinds.get(task.task_spec.name) == "startEvent" and task is not tasks[0]:
                task.cancel()
        if chosen in self.export.messages:
            self.send(self.export.messages[chosen])
        self.settle()

    def settle(self):
        """Everything that happens by itself now; a time that is over when a step is come to passes at once."""
        before = None
        while before != self.counts():
            before = self.counts()
            self.workflow.refresh_timers()
            self.workflow.do_engine_steps()

    def send(self, message):
        self.workflow.send_event(BpmnEvent(MessageEventDefinition(message), {}))

    def remember(self, events):
        """What mapcase worked out for the times of each step that the case comes to."""
        for event in events:
            if "entered" in event:
                self.engine.due[event["step"]] = next(iter(event["entered"].values()), NEVER)

    def at(self, step):
        """The task that waits at a step."""
        return next(task for task in self.standing() if self.export.steps[task.task_spec.name] == step)

    def standing(self):
        waiting = self.workflow.get_tasks(state=TaskState.READY | TaskState.WAITING | TaskState.STARTED)
        return [task for task in waiting if task.task_spec.name in self.export.steps
                and self.export.kinds[task.task_spec.name] not in NOT_STANDING]

    def move(self, move):
        step, does = move["step"], move["does"]
        self.remember(move["events"])
        task = self.at(step)
        kind = self.export.kinds[task.task_spec.name]
        now, Clock.zone = instant(move["at"]), zone(move["at"])
        by_time = does in ("lapsed", "late", "overdue") or kind == "intermediateCatchEvent"
        if by_time:
            name = task.task_spec.name if kind == "intermediateCatchEvent" else self.export.boundaries[step]
            self.let_pass(name, step, now)
            return
        # In time: no timer of the export may be due.
        Clock.at = max(now, Clock.at)
        before = self.counts()
        self.settle()
        assert self.counts() == before, f"a time passed in the export before {step} was {does}"
        if kind == "userTask":
            if does.startswith("answered ") and step in self.export.variables:
                task.data[self.export.variables[step]] = does.removeprefix("answered ")
            task.run()
        elif kind == "receiveTask":
            self.send(self.export.messages[task.task_spec.name])
        else:
            assert kind == "callActivity", kind
            stub = self.workflow.get_subprocess(task).get_tasks(spec_name="stub")[0]
            if step in self.export.variables:
                stub.data[self.export.variables[step]] = does.removeprefix("returned ")
            stub.run()
        self.settle()

    def counts(self):
        done = self.workflow.get_tasks(state=TaskState.COMPLETED)
        return Counter(task.task_spec.name for task in done)

    def let_pass(self, name, step, now):
        """Lets the time of an event come, and compares when that is."""
        waiting = self.workflow.get_tasks(state=TaskState.WAITING, spec_name=name)
        assert waiting, f"the export has no timer at {step}"
        theirs = instant(waiting[0].internal_data["event_value"])
        if name in self.export.times:
            assert max(theirs, Clock.at) <= max(now, Clock.at), f"{name} comes at {theirs}, mapcase at {now}"
            self.in_words += 1
        elif "T" in self.duration(name):
            assert abs(theirs - now) < timedelta(milliseconds=1), f"{name} comes at {theirs}, mapcase at {now}"
            self.exact += 1
        else:
            assert abs(theirs - now) <= A_DAY, f"{name} comes at {theirs}, mapcase at {now}"
            self.in_days += 1
        # Just before it comes, nothing has happened.
        before = self.counts()
        Clock.at = max(Clock.at, theirs - INSTANT)
        if theirs > Clock.at:
            self.settle()
            assert self.counts() == before, f"{name} came before its time"
        Clock.at = max(now, theirs, Clock.at) + INSTANT
        self.settle()

    def duration(self, name):
        element = self.export.process.find(f".//*[@id='{name}']")
        return next(element.iter(f"{BPMN}timeDuration")).text

    def compare(self, when, move):
        """Where the case stands, what it passed on the way, what went out and how it ended."""
        standing = sorted(self.export.steps[task.task_spec.name] for task in self.standing())
        stands = move["stands"]
        expected = [stands["step"]] if stands["status"] == "open" else []
        assert standing == expected, f"{when}: mapcase stands at {expected}, SpiffWorkflow at {standing}"
        assert self.workflow.completed == (not expected), f"{when}: SpiffWorkflow is not over as mapcase is"
        # What was completed since the last look: the steps that were left, in any order, and what a passing time sent out.
        counts = self.counts()
        new, self.last = counts - getattr(self, "last", Counter()), counts
        passed = Counter({self.export.steps[name]: count for name, count in new.items() if name in self.export.steps})
        left = Counter()
        for event in move["events"]:
            word = event.get("left")
            if word and word not in ("late", "lapsed", "overdue"):
                left[event["step"]] += 1
                self.seen.add((event["step"], word))
            elif word:
                boundary = self.export.boundaries[event["step"]]
                assert new[boundary] == 1, f"{when}: {boundary} did not come"
                self.seen.add((event["step"], word))
        assert passed == left, f"{when}: mapcase passed {dict(left)}, SpiffWorkflow {dict(passed)}"
        said = sum(event.get("tells", False) + event.get("starts", False) for event in move["events"])
        told = sum(count for name, count in new.items() if name.startswith("told_"))
        assert said == told, f"{when}: mapcase said {said} things, SpiffWorkflow {told}"


def instant(text):
    return datetime.fromisoformat(text).astimezone(timezone.utc)


def zone(text):
    """How far the clock is from UTC then; fixed, so that hours stay hours where clocks change."""
    return datetime.fromisoformat(text).tzinfo


class Map:
    """A map with its export and its walks."""

    def __init__(self, head, folder):
        self.name = f"{head['atlas']} {head['map']}"
        self.ways, self.limits, self.never = ({tuple(way) for way in head[key]} for key in ("ways", "limits", "never"))
        self.file = folder / head["atlas"] / f"{head['map']}.bpmn"
        self.tree = etree.parse(str(self.file))
        self.walks = []

    def replay(self, tree):
        """Every walk on an export, as far as each goes: the replay, and where the two differ."""
        called = {element.get("calledElement") for element in tree.iter(f"{BPMN}callActivity")}
        export = Export(self.file, tree, called)
        for walk in self.walks:
            replay, fault = Replay(export, walk), None
            try:
                replay.run()
            except Exception as error:
                fault = f"{self.name} walk {walk['walk']}: {type(error).__name__}: {error}"
            yield replay, fault

    def finds_a_fault(self, tree):
        try:
            return any(fault for _, fault in self.replay(tree))
        except ValidationException:
            return True


def mutants(tree):
    """Copies of an export with one fault each, and what the fault is."""
    def copy(change, what, element_id):
        other = deepcopy(tree)
        change(other.find(f".//*[@id='{element_id}']"), other)
        return what, element_id, other

    flows = list(tree.iter(f"{BPMN}sequenceFlow"))
    forks = {}
    for flow in flows:
        if flow.find(f"{BPMN}conditionExpression") is not None:
            forks.setdefault(flow.get("sourceRef"), []).append(flow.get("id"))
    for first, second, *_ in forks.values():
        def swap(one, other, second=second):
            one, two = (other.find(f".//*[@id='{flow}']/{BPMN}conditionExpression") for flow in (one.get("id"), second))
            one.text, two.text = two.text, one.text
        yield copy(swap, "two answers changed over", first)
    # A time that never comes cannot show a fault.
    never = {time.getparent().getparent().get("id") for time in tree.iter(f"{BPMN}timeDate") if "TBC" in time.text.split()}
    never |= {flow.get("targetRef") for flow in flows if flow.get("sourceRef") in never}
    for boundary in tree.iter(f"{BPMN}boundaryEvent"):
        if boundary.get("id") in never:
            continue

        def flip(one, _):
            one.set("cancelActivity", "false" if one.get("cancelActivity") == "true" else "true")
        yield copy(flip, "a deadline that interrupts, or does not", boundary.get("id"))
    for duration in tree.iter(f"{BPMN}timeDuration"):
        def shorten(one, _):
            element = next(one.iter(f"{BPMN}timeDuration"))
            element.text = "PT29M" if "T" in element.text else "P5D"
        yield copy(shorten, "another duration", duration.getparent().getparent().get("id"))
    for told in tree.iter(f"{BPMN}endEvent"):
        if told.get("id").startswith("told_") and told.get("id") not in never:
            def rename(one, _):
                element_id = one.get("id")
                for element in one.getroottree().iter():
                    for key, value in element.attrib.items():
                        if value == element_id:
                            element.set(key, element_id.replace("told_", "gone_"))
                    if element.text == element_id:
                        element.text = element_id.replace("told_", "gone_")
            yield copy(rename, "nobody is told", told.get("id"))


# The maps to walk: processes that are forked have them too, and are told which is theirs.
MAPS = []


def check(number):
    """Walks one map, and then what it would be with a fault put in."""
    each = MAPS[number]
    totals, faults, seen = Counter(), [], set()
    for replay, fault in each.replay(each.tree):
        totals.update(walks=1, moves=replay.moves, exact=replay.exact, days=replay.in_days, words=replay.in_words)
        seen |= replay.seen
        faults.extend([fault] if fault else [])
    faults.extend(f"{each.name}: never walked: {way}" for way in sorted(each.ways - seen))
    totals.update(ways=len(each.ways & seen), limits=len(each.limits), never=len(each.never))
    for what, where, tree in mutants(each.tree):
        totals["mutants"] += 1
        if not each.finds_a_fault(tree):
            faults.append(f"{each.name}: a fault was put in and not found: {what} at {where}")
    return totals, faults


def main():
    folder, walks = Path(sys.argv[1]), Path(sys.argv[2])
    for line in walks.read_text().splitlines():
        value = json.loads(line)
        if "skipped" in value:
            print(f"not walked: {value['skipped']}: {value['why']}")
        elif "ways" in value:
            MAPS.append(Map(value, folder))
        else:
            MAPS[-1].walks.append(value)
    totals, faults = Counter(), []
    # Maps know nothing of each other: as many at once as there are cores, and told in their order.
    with multiprocessing.get_context("fork").Pool() as pool:
        for of_map, faults_of_map in pool.imap(check, range(len(MAPS))):
            totals.update(of_map)
            faults.extend(faults_of_map)
    for fault in faults[:50]:
        print(fault, file=sys.stderr)
    print(f"SpiffWorkflow: {len(MAPS)} maps, {totals['walks']} walks, {totals['moves']} moves, {totals['ways']} ways, each walked")
    print(f"  left out: {totals['limits']} ways of limits, {totals['never']} of times that are TBC")
    print(f"  times that came: {totals['exact']} exact, {totals['days']} within a day, {totals['words']} in the map's words")
    print(f"  {totals['mutants']} exports with a fault put in; {len(faults)} faults of this run")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
