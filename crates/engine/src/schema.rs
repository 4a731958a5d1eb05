//! The casebook's schema and its migrations. Names are plain enough for an auditor with the `sqlite3` client.

use rusqlite::Connection;

/// `MCAS` in the file's header says that it is a casebook.
pub const APPLICATION_ID: i64 = 0x4d43_4153;

/// Each migration brings the schema from its number to the next; a file's `user_version` says how many it has had.
pub const MIGRATIONS: &[&str] = &[FIRST, SECOND, THIRD];

/// Makes what the migrations behind the first `done` make, and the views anew.
pub fn execute(db: &Connection, done: usize) -> rusqlite::Result<()> {
    let rest = MIGRATIONS.iter().skip(done).copied();
    rest.chain([VIEWS]).try_for_each(|sql| db.execute_batch(sql))
}

const FIRST: &str = r"
-- What holds for the whole casebook: when it was made, whether its time is simulated.
CREATE TABLE casebook (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

-- Each meaning of a map that a case has run on. The text is the YAML as it was then; the meaning is what cases depend on.
CREATE TABLE map_revision (
    digest        TEXT PRIMARY KEY NOT NULL CHECK (length(digest) = 64),
    map           TEXT NOT NULL,
    revision      INTEGER NOT NULL CHECK (revision > 0),
    meaning       TEXT NOT NULL,
    text          TEXT NOT NULL,
    first_used_at TEXT NOT NULL
) STRICT;

-- The log. Append-only and without gaps in each case; all that stands below it can be rebuilt from it.
CREATE TABLE event (
    case_number   INTEGER NOT NULL CHECK (case_number > 0),
    seq           INTEGER NOT NULL CHECK (seq > 0),
    name          TEXT NOT NULL,
    step          TEXT,
    actor         TEXT,
    role          TEXT,
    occurred_at   TEXT NOT NULL CHECK (length(occurred_at) = 20),
    recorded_at   TEXT NOT NULL CHECK (length(recorded_at) = 20),
    content       TEXT NOT NULL CHECK (json_valid(content)),
    previous_hash TEXT NOT NULL CHECK (length(previous_hash) = 64),
    hash          TEXT NOT NULL CHECK (length(hash) = 64),
    PRIMARY KEY (case_number, seq)
) STRICT;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events are append-only: what was recorded is never changed'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'events are append-only: what was recorded is never deleted'); END;

-- `INSERT OR REPLACE` would get past the two above.
CREATE TRIGGER event_is_appended BEFORE INSERT ON event
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event WHERE case_number = NEW.case_number)
BEGIN SELECT RAISE(ABORT, 'events are append-only: the next event of a case has the next number'); END;

-- Personal values, apart from the events, which hold a salted commitment to each. An erased value is NULL, and so is its salt:
-- with it, anybody could try names until one fits the commitment.
CREATE TABLE personal_value (
    case_number INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    field       TEXT NOT NULL,
    salt        TEXT CHECK (length(salt) = 32),
    -- An old `sqlite3` client says of `json_valid(NULL)` that it is not.
    value       TEXT CHECK (value IS NULL OR json_valid(value)),
    CHECK ((salt IS NULL) = (value IS NULL)),
    PRIMARY KEY (case_number, seq, field),
    FOREIGN KEY (case_number, seq) REFERENCES event (case_number, seq)
) STRICT;

-- Commands that came with a request id, so that a repeated one is answered as the first was. Of the command only a salted hash
-- is kept: it can hold personal values.
CREATE TABLE request (
    id          TEXT PRIMARY KEY NOT NULL,
    salt        TEXT NOT NULL CHECK (length(salt) = 32),
    command     TEXT NOT NULL CHECK (length(command) = 64),
    answer      TEXT NOT NULL CHECK (json_valid(answer)),
    recorded_at TEXT NOT NULL
) STRICT;

-- Projections: `mapcase casebook rebuild` makes the tables below anew from the events.

-- One row a case. (`case` itself is a word of SQL.)
CREATE TABLE case_now (
    number     INTEGER PRIMARY KEY CHECK (number > 0),
    reference  TEXT NOT NULL UNIQUE,
    map        TEXT NOT NULL,
    revision   INTEGER NOT NULL,
    digest     TEXT NOT NULL REFERENCES map_revision (digest),
    status     TEXT NOT NULL CHECK (status IN ('open', 'ended', 'handed-over', 'withdrawn')),
    outcome    TEXT,
    step       TEXT NOT NULL,
    step_title TEXT NOT NULL,
    since      TEXT NOT NULL,
    root       INTEGER NOT NULL,
    came_from  INTEGER,
    opened_at  TEXT NOT NULL,
    assigned   TEXT,
    seq        INTEGER NOT NULL,
    hash       TEXT NOT NULL
) STRICT;

-- The cases of a family are loaded together for each command on one of them.
CREATE INDEX case_now_by_root ON case_now (root);
-- `list --status`, oldest first.
CREATE INDEX case_now_by_status ON case_now (status, number);
-- `work --mine`.
CREATE INDEX case_now_by_assigned ON case_now (assigned) WHERE assigned IS NOT NULL;

-- Timers that run, and deadlines that have passed and are not met.
CREATE TABLE timer (
    case_number INTEGER NOT NULL REFERENCES case_now (number),
    kind        TEXT NOT NULL CHECK (kind IN ('deadline', 'limit', 'timeout', 'until')),
    id          TEXT NOT NULL,
    rule        TEXT NOT NULL,
    due_at      TEXT NOT NULL,
    due_on      TEXT NOT NULL,
    fires_at    TEXT NOT NULL,
    passed      INTEGER NOT NULL CHECK (passed IN (0, 1)),
    PRIMARY KEY (case_number, kind, id)
) STRICT;

-- `tick` finds the families in which something has to fire.
CREATE INDEX timer_to_fire ON timer (fires_at) WHERE passed = 0;
-- `due` lists what is late or will be, soonest first.
CREATE INDEX timer_by_due ON timer (due_at);

-- Who has something to do with a case now: its step is for the role, or the role was told that it is late.
CREATE TABLE worklist (
    role        TEXT NOT NULL,
    case_number INTEGER NOT NULL REFERENCES case_now (number),
    why         TEXT NOT NULL CHECK (why IN ('act', 'told')),
    about       TEXT NOT NULL,
    PRIMARY KEY (role, case_number, why, about)
) STRICT;

-- The worklist of one case is replaced by each command on it.
CREATE INDEX worklist_by_case ON worklist (case_number);
";

/// What is kept of each case's record at hand, by what cases of one subject are found, and the times at which cases of other
/// maps are due to start. The values of the new columns follow from the events: `casebook::migrate` fills them in.
const SECOND: &str = r"
-- The values of the record that are not personal, by field, as they are typed; money in whole pence.
ALTER TABLE case_now ADD COLUMN record TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(record));
-- The value of the field that the atlas names as `subject`, where the record has it.
ALTER TABLE case_now ADD COLUMN subject TEXT;

-- A case that is opened joins the open cases of its subject.
CREATE INDEX case_now_by_subject ON case_now (subject, number) WHERE subject IS NOT NULL;

-- Timers that run, and deadlines that have passed and are not met.
CREATE TABLE timer_2 (
    case_number INTEGER NOT NULL REFERENCES case_now (number),
    kind        TEXT NOT NULL CHECK (kind IN ('deadline', 'limit', 'by', 'timeout', 'until', 'start')),
    id          TEXT NOT NULL,
    rule        TEXT NOT NULL,
    due_at      TEXT NOT NULL,
    due_on      TEXT NOT NULL,
    fires_at    TEXT NOT NULL,
    passed      INTEGER NOT NULL CHECK (passed IN (0, 1)),
    PRIMARY KEY (case_number, kind, id)
) STRICT;
INSERT INTO timer_2 SELECT case_number, kind, id, rule, due_at, due_on, fires_at, passed FROM timer;
DROP TABLE timer;
ALTER TABLE timer_2 RENAME TO timer;

-- `tick` finds the families in which something has to fire.
CREATE INDEX timer_to_fire ON timer (fires_at) WHERE passed = 0;
-- `due` lists what is late or will be, soonest first.
CREATE INDEX timer_by_due ON timer (due_at);
";

/// Timers and the worklist without row numbers: each row stands once, where it is looked up, and a command writes fewer pages.
const THIRD: &str = r"
-- Timers that run, and deadlines that have passed and are not met.
CREATE TABLE timer_3 (
    case_number INTEGER NOT NULL REFERENCES case_now (number),
    kind        TEXT NOT NULL CHECK (kind IN ('deadline', 'limit', 'by', 'timeout', 'until', 'start')),
    id          TEXT NOT NULL,
    rule        TEXT NOT NULL,
    due_at      TEXT NOT NULL,
    due_on      TEXT NOT NULL,
    fires_at    TEXT NOT NULL,
    passed      INTEGER NOT NULL CHECK (passed IN (0, 1)),
    PRIMARY KEY (case_number, kind, id)
) STRICT, WITHOUT ROWID;
INSERT INTO timer_3 SELECT case_number, kind, id, rule, due_at, due_on, fires_at, passed FROM timer;
DROP TABLE timer;
ALTER TABLE timer_3 RENAME TO timer;

-- `tick` finds the families in which something has to fire.
CREATE INDEX timer_to_fire ON timer (fires_at) WHERE passed = 0;
-- `due` lists what is late or will be, soonest first.
CREATE INDEX timer_by_due ON timer (due_at);

-- Who has something to do with a case now: its step is for the role, or the role was told that it is late.
CREATE TABLE worklist_3 (
    role        TEXT NOT NULL,
    case_number INTEGER NOT NULL REFERENCES case_now (number),
    why         TEXT NOT NULL CHECK (why IN ('act', 'told')),
    about       TEXT NOT NULL,
    PRIMARY KEY (role, case_number, why, about)
) STRICT, WITHOUT ROWID;
INSERT INTO worklist_3 SELECT role, case_number, why, about FROM worklist;
DROP TABLE worklist;
ALTER TABLE worklist_3 RENAME TO worklist;

-- The worklist of one case.
CREATE INDEX worklist_by_case ON worklist (case_number);
";

/// What reads the tables and holds nothing itself: made anew whenever a casebook is migrated, so that it stands here once.
const VIEWS: &str = r"
DROP VIEW IF EXISTS history;

-- For auditors: the history in words.
CREATE VIEW history AS
SELECT
    case_now.reference AS case_reference,
    event.seq,
    event.occurred_at,
    event.recorded_at,
    coalesce(event.actor, 'mapcase') AS who,
    event.role,
    CASE event.name
        WHEN 'case-opened' THEN 'opened the case in ' || json_extract(content, '$.case-opened.map')
            || ' (revision ' || json_extract(content, '$.case-opened.revision') || ')'
            || coalesce(', from case ' || json_extract(content, '$.case-opened.origin.case') || ' in '
            || json_extract(content, '$.case-opened.origin.map'), '')
        WHEN 'step-entered' THEN 'the case came to ' || event.step
        WHEN 'step-done' THEN 'did ' || event.step
        WHEN 'decision-answered' THEN 'answered ' || event.step || ': ' || json_extract(content, '$.decision-answered.answer')
        WHEN 'response-received' THEN 'received what ' || event.step || ' waited for'
        WHEN 'wait-lapsed' THEN 'the time of ' || event.step || ' ran out'
        WHEN 'wait-ended' THEN 'the time came that ' || event.step || ' waited for'
        WHEN 'deadline-passed' THEN 'the ' || json_extract(content, '$.deadline-passed.kind') || ' '
            || json_extract(content, '$.deadline-passed.id') || ' passed'
            || coalesce('; started case ' || json_extract(content, '$.deadline-passed.started.case') || ' in '
            || json_extract(content, '$.deadline-passed.started.map'), '')
        WHEN 'deadline-retracted' THEN 'the ' || json_extract(content, '$.deadline-retracted.kind') || ' '
            || json_extract(content, '$.deadline-retracted.id') || ' was met in time after all'
        WHEN 'timeout-retracted' THEN 'took back event ' || json_extract(content, '$.timeout-retracted.of_seq')
        WHEN 'timers-set' THEN 'the times of ' || event.step || ' were worked out anew'
        WHEN 'fields-set' THEN 'set ' || (SELECT group_concat(key, ', ') FROM json_each(content, '$.fields-set.fields'))
        WHEN 'item-checked' THEN 'checked off ' || json_extract(content, '$.item-checked.item')
        WHEN 'evidence-attached' THEN 'attached ' || json_extract(content, '$.evidence-attached.name') || ': '
            || json_extract(content, '$.evidence-attached.reference')
        WHEN 'note-added' THEN 'noted: ' || json_extract(content, '$.note-added.text')
        WHEN 'case-assigned' THEN 'gave the case to ' || coalesce(json_extract(content, '$.case-assigned.to'), 'nobody')
        WHEN 'case-handed-over' THEN 'handed over to case ' 
            || coalesce((SELECT reference FROM case_now AS other WHERE other.number = json_extract(content, '$.case-handed-over.case')),
                json_extract(content, '$.case-handed-over.case'))
            || ' in ' || json_extract(content, '$.case-handed-over.map')
        WHEN 'case-called' THEN 'called case ' 
            || coalesce((SELECT reference FROM case_now AS other WHERE other.number = json_extract(content, '$.case-called.case')),
                json_extract(content, '$.case-called.case')) || ' in ' || json_extract(content, '$.case-called.map')
        WHEN 'case-started' THEN 'started case ' 
            || coalesce((SELECT reference FROM case_now AS other WHERE other.number = json_extract(content, '$.case-started.case')),
                json_extract(content, '$.case-started.case')) || ' in ' || json_extract(content, '$.case-started.map')
        WHEN 'call-returned' THEN 'case ' 
            || coalesce((SELECT reference FROM case_now AS other WHERE other.number = json_extract(content, '$.call-returned.case')),
                json_extract(content, '$.call-returned.case')) || ' came back: ' || json_extract(content, '$.call-returned.outcome')
        WHEN 'outcome-noted' THEN 'case ' 
            || coalesce((SELECT reference FROM case_now AS other WHERE other.number = json_extract(content, '$.outcome-noted.case')),
                json_extract(content, '$.outcome-noted.case')) || ' ended: ' || json_extract(content, '$.outcome-noted.outcome')
        WHEN 'starts-set' THEN 'worked out when cases of other maps are due to start'
        WHEN 'start-came' THEN json_extract(content, '$.start-came.id') || ' came due'
            || coalesce('; started case '
            || coalesce((SELECT reference FROM case_now AS other
                WHERE other.number = json_extract(content, '$.start-came.started.case')),
                json_extract(content, '$.start-came.started.case'))
            || ' in ' || json_extract(content, '$.start-came.started.map'), '')
            || coalesce('; case '
            || coalesce((SELECT reference FROM case_now AS other
                WHERE other.number = json_extract(content, '$.start-came.already')),
                json_extract(content, '$.start-came.already')) || ' was open already', '')
        WHEN 'start-done' THEN json_extract(content, '$.start-done.id') || ' was done: case '
            || coalesce((SELECT reference FROM case_now AS other WHERE other.number = json_extract(content, '$.start-done.case')),
                json_extract(content, '$.start-done.case')) || ' is over'
        WHEN 'case-ended' THEN 'the case ended: ' || json_extract(content, '$.case-ended.outcome')
        WHEN 'case-withdrawn' THEN 'withdrew the case: ' || json_extract(content, '$.case-withdrawn.reason')
        ELSE event.name
    END AS what
FROM event LEFT JOIN case_now ON case_now.number = event.case_number
ORDER BY event.case_number, event.seq;
";
