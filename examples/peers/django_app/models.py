"""The case as django-fsm-2 keeps it, with an event beside it; or as django-viewflow does, in its own tables."""

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

if "viewflow" in settings.INSTALLED_APPS:
    from viewflow.workflow.models import Process

    class Case(Process):
        """A process of django-viewflow, without fields of its own."""

else:
    from django_fsm import FSMField, transition

    class Case(models.Model):
        """Where a case stands, and by when it is due."""

        step = FSMField(default="request-transfer")
        due = models.DateTimeField(null=True, db_index=True)

        @transition(field=step, source="request-transfer", target="agree-crossover")
        def request_transfer(self):
            self.due = None

        @transition(field=step, source="agree-crossover", target="notify-team")
        def agree_crossover(self):
            self.due = timezone.now() + datetime.timedelta(hours=72)

        @transition(field=step, source="notify-team", target="closure")
        def notify_team(self):
            self.due = None

    class Event(models.Model):
        """What was done in a case."""

        case = models.ForeignKey(Case, on_delete=models.CASCADE, db_index=False)
        seq = models.IntegerField()
        content = models.TextField()

        class Meta:
            unique_together = [("case", "seq")]
