"""Hands each map to pm4py's check_soundness (WOFLAN) as a workflow net and compares its verdict with the checker's.

A step is a place, a way from step to step a transition. A source leads to every start, every end leads to a sink.
"""

import collections
import json
import sys

import pm4py
from pm4py.objects.petri_net.obj import Marking, PetriNet
from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to


def net_of(line):
    net = PetriNet(line["name"])
    places = {}

    def place(name):
        if name not in places:
            places[name] = PetriNet.Place(str(name))
            net.places.add(places[name])
        return places[name]

    def way(name, start, end):
        transition = PetriNet.Transition(name, name)
        net.transitions.add(transition)
        add_arc_from_to(place(start), transition, net)
        add_arc_from_to(transition, place(end), net)

    for start in line["starts"]:
        way(f"begin {start}", "source", start)
    for number, (start, end) in enumerate(line["ways"]):
        way(f"{number}: {start} to {end}", start, end)
    for end in line["ends"]:
        way(f"end {end}", end, "sink")
    return net, Marking({place("source"): 1}), Marking({place("sink"): 1})


def main():
    agreed = collections.Counter()
    for text in sys.stdin:
        line = json.loads(text)
        verdict, _ = pm4py.check_soundness(*net_of(line))
        if bool(verdict) != line["sound"]:
            sys.exit(f"{line['name']}: the checker says sound={line['sound']}, pm4py sound={bool(verdict)}\n{text}")
        agreed["sound" if verdict else "unsound"] += 1
    if not agreed["sound"] or not agreed["unsound"]:
        sys.exit(f"nothing was compared: {dict(agreed)}")
    print(f"pm4py {pm4py.__version__} agrees on {agreed['sound']} sound and {agreed['unsound']} unsound maps")


if __name__ == "__main__":
    main()
