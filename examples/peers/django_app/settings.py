"""Sets Django up for a program of its own: SQLite in the write-ahead log with synchronous = FULL, which is asserted."""

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from common import DATA, wipe

APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.messages"]
DURABLE = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"


def begin(name, apps, fresh=True):
    path = DATA / f"{name}.db"
    if fresh:
        wipe(path)
    tables = {app: None for app in ("contenttypes", "auth", "sessions", "viewflow", "workflow", "django_app")}
    options = {"transaction_mode": "IMMEDIATE", "init_command": DURABLE}
    settings.configure(
        USE_TZ=True,
        SECRET_KEY="none",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        MIGRATION_MODULES=tables,
        INSTALLED_APPS=APPS + apps + ["django_app"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options}},
    )
    django.setup()
    if fresh:
        call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 2
