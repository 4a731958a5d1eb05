"""The two processes as flows of django-viewflow."""

import datetime

from viewflow import this
from viewflow.workflow import flow

from .models import Case


def nothing(activation):
    """A person does the step; nothing else happens in it."""


class Transfer(flow.Flow):
    """Three steps in a row. A deadline would have to be a timer beside the step, in a parallel branch; there is none here."""

    process_class = Case
    start = flow.StartHandle(nothing).Next(this.request_transfer)
    request_transfer = flow.Handle(nothing).Next(this.agree_crossover)
    agree_crossover = flow.Handle(nothing).Next(this.notify_team)
    notify_team = flow.Handle(nothing).Next(this.closure)
    closure = flow.End()


class Letters(flow.Flow):
    """Two waits of two weeks; nobody can answer."""

    process_class = Case
    start = flow.StartHandle(nothing).Next(this.first_letter)
    first_letter = flow.Timer(datetime.timedelta(days=14)).Next(this.second_letter)
    second_letter = flow.Timer(datetime.timedelta(days=14)).Next(this.escalated)
    escalated = flow.End()
