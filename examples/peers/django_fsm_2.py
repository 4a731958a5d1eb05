"""The work in django-fsm-2: a state field of a Django model, saved with an event in one transaction. It has no timers."""

from importlib.metadata import version

from common import END, STEPS, TOGETHER, begin_work, event, now, say
from django_app import settings

PEER, VERSION = "django-fsm-2", version("django-fsm-2")
measure, number = begin_work(PEER)
settings.begin(f"{PEER}-cold" if measure in ("fill", "one") else PEER, ["django_fsm"], fresh=measure != "one")

from django.db import transaction  # noqa: E402  (Django has to be set up first)
from django.utils import timezone  # noqa: E402

from django_app.models import Case, Event  # noqa: E402

MOVES = [step.replace("-", "_") for step in STEPS]


def fill(cases):
    with transaction.atomic():
        return [Case.objects.create(due=timezone.now()) for _ in range(cases)]


def advance(case, at):
    begin = case.step
    getattr(case, MOVES[at])()
    case.save(update_fields=["step", "due"])
    Event.objects.create(case=case, seq=at + 1, content=event(case.pk, at + 1, begin, case.step))


def durable(measure, cases, together, loads):
    held = fill(cases)
    work = [(at, case) for at in range(len(MOVES)) for case in held]
    begun = now()
    for begin in range(0, len(work), together):
        with transaction.atomic():
            for at, case in work[begin : begin + together]:
                advance(Case.objects.get(pk=case.pk) if loads else case, at)
    took = now() - begun
    assert Case.objects.filter(step=END).count() == cases and Event.objects.count() == cases * 3
    how = "loaded and saved by Django" if loads else "cases held in memory, saved by Django"
    say(PEER, VERSION, measure, how, len(work), took, cases=cases, events=cases * 3)


def decide(cases):
    held = [Case() for _ in range(cases)]
    begun = now()
    for move in MOVES:
        for case in held:
            getattr(case, move)()
    took = now() - begun
    assert all(case.step == END for case in held)
    say(PEER, VERSION, "decide", "models in memory", cases * 3, took, completed=cases)


def one(number):
    with transaction.atomic():
        case = Case.objects.get(pk=number)
        advance(case, 0)
    print(case.step)


{
    "advance": lambda: durable("advance", number, 1, True),
    "bulk": lambda: durable("bulk", number, TOGETHER, False),
    "decide": lambda: decide(number),
    "fill": lambda: fill(number),
    "one": lambda: one(number),
}[measure]()
