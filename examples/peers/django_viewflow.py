"""The work in django-viewflow: flows of handles, each case a row and a row for each task, in its own tables.

It has no state in memory apart from its rows, so that there is no measure of deciding; and no replay.
"""

import datetime
from importlib.metadata import version
from unittest import mock

from common import STEPS, TOGETHER, begin_work, now, say
from django_app import settings

PEER, VERSION = "django-viewflow", version("django-viewflow")
measure, number = begin_work(PEER)
apps = ["viewflow", "viewflow.workflow"]
settings.begin(f"{PEER}-cold" if measure in ("fill", "one") else PEER, apps, fresh=measure != "one")

from django.db import transaction  # noqa: E402  (Django has to be set up first)
from viewflow.workflow import timers as its_timers  # noqa: E402
from viewflow.workflow.models import Task  # noqa: E402

from django_app.flows import Letters, Transfer  # noqa: E402
from django_app.models import Case  # noqa: E402

HANDLES = [step.replace("-", "_") for step in STEPS]


def fill(flow, cases):
    with transaction.atomic():
        for _ in range(cases):
            flow.start.run()
    return list(Case.objects.order_by("pk").values_list("pk", flat=True))


def advance(key, handle):
    task = Case.objects.get(pk=key).task_set.get(status="NEW")
    assert task.flow_task.name == handle, task.flow_task.name
    getattr(Transfer, handle).run(task)


def durable(measure, cases, together, how):
    keys = fill(Transfer, cases)
    work = [(handle, key) for handle in HANDLES for key in keys]
    begun = now()
    for begin in range(0, len(work), together):
        with transaction.atomic():
            for handle, key in work[begin : begin + together]:
                advance(key, handle)
    took = now() - begun
    assert Case.objects.filter(status="DONE").count() == cases
    tasks = Task.objects.filter(status="DONE").count()
    assert tasks == cases * 5, tasks
    say(PEER, VERSION, measure, how, len(work), took, cases=cases, tasks=tasks)


def timers(cases):
    fill(Letters, cases)
    assert its_timers.fire_due_timers() == 0
    real, later = its_timers.timezone.now, datetime.timedelta(days=14, hours=1)
    with mock.patch.object(its_timers.timezone, "now", lambda: real() + later):
        begun = now()
        fired = its_timers.fire_due_timers()
        took = now() - begun
    again = Task.objects.filter(flow_task__endswith="second_letter", status="SCHEDULED").count()
    assert (fired, again) == (cases, cases), (fired, again)
    say(PEER, VERSION, "timers", "its own fire_due_timers(), clock put forward", fired, took, fired=fired, scheduled=again)


def one(number):
    advance(number, HANDLES[0])
    print(Case.objects.get(pk=number).task_set.get(status="NEW").flow_task.name.replace("_", "-"))


{
    "advance": lambda: durable("advance", number, 1, "loaded and run by Django, no deadlines"),
    "bulk": lambda: durable("bulk", number, TOGETHER, "loaded and run by Django, no deadlines"),
    "timers": lambda: timers(number),
    "fill": lambda: fill(Transfer, number),
    "one": lambda: one(number),
}[measure]()
