"""Writes the two processes of work.json in each peer's own words: BPMN for SpiffWorkflow, bpmn-engine and pm4py, JSON for xstate, YAML for acts.

define.py FOLDER
"""

import json
import pathlib
import sys
from xml.sax.saxutils import quoteattr

HERE = pathlib.Path(__file__).parent
HOUR_MS = 3_600_000

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
id="definitions" targetNamespace="urn:mapcase:peers">
<bpmn:process id={id} isExecutable="true">
{body}
</bpmn:process>
</bpmn:definitions>
"""


def bpmn(name, process, quote, timers=True):
    """A step is a user task. A deadline is a timer at its border that interrupts nothing, a timeout one that interrupts.

    SpiffWorkflow reads a duration as an expression of Python, so that it stands in quotes there: `quote`.
    """
    nodes, flows = [("startEvent", "start", "Start", "", "")], [("start", process["start"])]

    def timer(at, hours, to, stays):
        attributes = f' attachedToRef="{at}"' + (' cancelActivity="false"' if stays else "")
        duration = f"<bpmn:timeDuration xsi:type=\"bpmn:tFormalExpression\">{quote}PT{hours}H{quote}</bpmn:timeDuration>"
        body = f'<bpmn:timerEventDefinition id="{at}-after">{duration}</bpmn:timerEventDefinition>'
        nodes.append(("boundaryEvent", f"{at}-timer", "Time is up", body, attributes))
        flows.append((f"{at}-timer", to))

    for step, what in process["steps"].items():
        if what.get("end"):
            nodes.append(("endEvent", step, what["title"], "", ""))
            continue
        nodes.append(("userTask", step, what["title"], "", ""))
        flows.append((step, what["done"]))
        if timers and "deadline_hours" in what:
            nodes.append(("endEvent", f"{step}-late", "Late", "", ""))
            timer(step, what["deadline_hours"], f"{step}-late", stays=True)
        if timers and "timeout_hours" in what:
            timer(step, what["timeout_hours"], what["lapsed"], stays=False)
    lines = []
    for tag, step, title, body, attributes in nodes:
        ways = [f"<bpmn:incoming>way-{at}</bpmn:incoming>" for at, (_, to) in enumerate(flows) if to == step]
        ways += [f"<bpmn:outgoing>way-{at}</bpmn:outgoing>" for at, (begin, _) in enumerate(flows) if begin == step]
        lines.append(f'<bpmn:{tag} id="{step}" name={quoteattr(title)}{attributes}>{"".join(ways)}{body}</bpmn:{tag}>')
    for at, (begin, to) in enumerate(flows):
        lines.append(f'<bpmn:sequenceFlow id="way-{at}" sourceRef="{begin}" targetRef="{to}"/>')
    return BPMN.format(id=quoteattr(name), body="\n".join(lines))


def xstate(name, process):
    """A state machine: a deadline counts up how often it was late, a timeout goes on."""
    states = {}
    for step, what in process["steps"].items():
        state = {"type": "final"} if what.get("end") else {"on": {"done": what["done"]}}
        if "deadline_hours" in what:
            state["after"] = {what["deadline_hours"] * HOUR_MS: {"actions": "late"}}
        if "timeout_hours" in what:
            state["after"] = {what["timeout_hours"] * HOUR_MS: what["lapsed"]}
        states[step] = state
    return json.dumps({"id": name, "initial": process["start"], "context": {"late": 0}, "states": states}, indent=1)


def acts_transfer(process):
    """Steps that wait for somebody, without deadlines: a timeout of acts adds a step beside the one that waits."""
    steps = [step for step, what in process["steps"].items() if not what.get("end")]
    lines = "".join(
        f"  - {{ id: {step}, name: {process['steps'][step]['title']!r}, uses: acts.core.irq }}\n" for step in steps
    )
    return f"id: transfer-out\nver: 0.1.0\nname: Transfer out\nsteps:\n{lines}"


def acts_letters(process):
    """The first wait with the step that its timeout adds. acts reads the machine's clock, so that the two weeks are three seconds."""
    first, second = list(process["steps"])[:2]
    return (
        f"id: letters\nver: 0.1.0\nname: Letters\nsteps:\n  - id: {first}\n    name: First letter\n    uses: acts.core.irq\n"
        f"    timeouts:\n      - id: {second}\n        name: Second letter\n        uses: acts.core.irq\n        if: $cost_in('3s')\n"
    )


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    processes = json.loads((HERE / "work.json").read_text())["processes"]
    for name, process in processes.items():
        (folder / f"{name}.spiff.bpmn").write_text(bpmn(name, process, quote='"'))
        (folder / f"{name}.bpmn").write_text(bpmn(name, process, quote=""))
        (folder / f"{name}.plain.bpmn").write_text(bpmn(name, process, quote="", timers=False))
        (folder / f"{name}.xstate.json").write_text(xstate(name, process))
    (folder / "transfer-out.acts.yml").write_text(acts_transfer(processes["transfer-out"]))
    (folder / "letters.acts.yml").write_text(acts_letters(processes["letters"]))


if __name__ == "__main__":
    main()
