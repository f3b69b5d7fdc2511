-- +goose Up

-- What a municipality, or everybody (''), has set.
CREATE TABLE settings (
    municipality TEXT NOT NULL,
    name         TEXT NOT NULL,
    value        TEXT NOT NULL,
    updated_at   TIMESTAMP NOT NULL,
    PRIMARY KEY (municipality, name)
);

CREATE TABLE users (
    id           TEXT NOT NULL PRIMARY KEY,
    name         TEXT NOT NULL,
    roles        TEXT NOT NULL,
    groups       TEXT NOT NULL,
    municipality TEXT NOT NULL,
    phone        TEXT NOT NULL,
    email        TEXT NOT NULL,
    competences  TEXT NOT NULL
);

CREATE TABLE counters (
    name  TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
);

-- cpr and citizen_name are sealed; cpr_index finds a number without telling it.
CREATE TABLE cases (
    id            TEXT NOT NULL PRIMARY KEY,
    number        TEXT NOT NULL UNIQUE,
    state         TEXT NOT NULL,
    outcome       TEXT NOT NULL,
    municipality  TEXT NOT NULL,
    bundle        TEXT UNIQUE,
    cpr_index     TEXT NOT NULL,
    cpr           BLOB,
    citizen_name  BLOB,
    cvr           TEXT NOT NULL,
    p_number      TEXT NOT NULL,
    se            TEXT NOT NULL,
    company_name  TEXT NOT NULL,
    contact_name  TEXT NOT NULL,
    contact_phone TEXT NOT NULL,
    contact_email TEXT NOT NULL,
    consultant    TEXT NOT NULL,
    facts         TEXT NOT NULL,
    search        TEXT NOT NULL,
    started       BOOLEAN NOT NULL,
    instance_id   TEXT NOT NULL,
    opened_at     TIMESTAMP NOT NULL,
    closed_at     TIMESTAMP,
    version       INTEGER NOT NULL
);
CREATE INDEX cases_list ON cases (state, opened_at, id);
CREATE INDEX cases_municipality ON cases (municipality, state, opened_at, id);
CREATE INDEX cases_consultant ON cases (consultant, state, opened_at, id);
CREATE INDEX cases_cpr ON cases (cpr_index);
CREATE INDEX cases_company ON cases (cvr, opened_at);

-- Every event as it came, sealed. digest is a keyed hash of its content.
CREATE TABLE events (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id    TEXT NOT NULL UNIQUE,
    bundle      TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    type        TEXT NOT NULL,
    digest      TEXT NOT NULL,
    raw         BLOB NOT NULL,
    case_id     TEXT NOT NULL REFERENCES cases (id),
    received_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX events_message ON events (bundle, message_id);
CREATE INDEX events_bundle ON events (bundle, id);

-- Who did what when: the audit log and, for what concerns a case, its timeline.
CREATE TABLE journal (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      TIMESTAMP NOT NULL,
    actor   TEXT NOT NULL,
    case_id TEXT NOT NULL,
    kind    TEXT NOT NULL,
    title   TEXT NOT NULL,
    ref     TEXT NOT NULL
);
CREATE INDEX journal_case ON journal (case_id, id);

CREATE TABLE access_log (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      TIMESTAMP NOT NULL,
    actor   TEXT NOT NULL,
    case_id TEXT NOT NULL,
    action  TEXT NOT NULL,
    purpose TEXT NOT NULL
);
CREATE INDEX access_log_case ON access_log (case_id, id);
CREATE INDEX access_log_at ON access_log (at);

CREATE TABLE notes (
    id           TEXT NOT NULL PRIMARY KEY,
    case_id      TEXT NOT NULL REFERENCES cases (id),
    task_id      TEXT NOT NULL,
    element_name TEXT NOT NULL,
    text         BLOB NOT NULL,
    author       TEXT NOT NULL,
    at           TIMESTAMP NOT NULL
);
CREATE INDEX notes_case ON notes (case_id, at, id);

CREATE TABLE plan_lines (
    id        TEXT NOT NULL PRIMARY KEY,
    case_id   TEXT NOT NULL REFERENCES cases (id),
    revision  INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    owner     TEXT NOT NULL,
    action    BLOB NOT NULL,
    due       TEXT NOT NULL,
    milestone BOOLEAN NOT NULL
);
CREATE INDEX plan_lines_case ON plan_lines (case_id, revision, position);

CREATE TABLE meetings (
    id      TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    task_id TEXT NOT NULL,
    details BLOB NOT NULL,
    author  TEXT NOT NULL,
    at      TIMESTAMP NOT NULL
);
CREATE INDEX meetings_case ON meetings (case_id, at, id);

CREATE TABLE letters (
    id          TEXT NOT NULL PRIMARY KEY,
    case_id     TEXT NOT NULL REFERENCES cases (id),
    instance_id TEXT NOT NULL,
    element_key INTEGER NOT NULL,
    template    TEXT NOT NULL,
    receiver    TEXT NOT NULL,
    subject     BLOB NOT NULL,
    body        BLOB NOT NULL,
    at          TIMESTAMP NOT NULL,
    UNIQUE (instance_id, element_key)
);
CREATE INDEX letters_case ON letters (case_id, at, id);

CREATE TABLE alerts (
    id           TEXT NOT NULL PRIMARY KEY,
    case_id      TEXT NOT NULL REFERENCES cases (id),
    municipality TEXT NOT NULL,
    audience     TEXT NOT NULL,
    reason       TEXT NOT NULL,
    at           TIMESTAMP NOT NULL,
    seen_at      TIMESTAMP
);
CREATE INDEX alerts_unseen ON alerts (audience, municipality, at, id) WHERE seen_at IS NULL;
CREATE INDEX alerts_case ON alerts (case_id);

CREATE TABLE status_events (
    id      TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    status  TEXT NOT NULL,
    at      TIMESTAMP NOT NULL
);
CREATE INDEX status_events_case ON status_events (case_id, at, id);

-- Answers wait here, sealed, until the workflow has accepted the completion they came with.
CREATE TABLE answers (
    id      TEXT NOT NULL PRIMARY KEY,
    task_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    author  TEXT NOT NULL,
    content BLOB NOT NULL,
    at      TIMESTAMP NOT NULL
);
CREATE INDEX answers_at ON answers (at);

-- Effects to be carried out after the transaction that decided them, in order within a stream.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    stream     TEXT NOT NULL,
    kind       TEXT NOT NULL,
    payload    TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    due_at     TIMESTAMP NOT NULL,
    attempts   INTEGER NOT NULL,
    error      TEXT NOT NULL
);
CREATE INDEX outbox_stream ON outbox (stream, id);
CREATE INDEX outbox_due ON outbox (due_at, id);

CREATE TABLE resources (
    hash  TEXT NOT NULL PRIMARY KEY,
    bytes BLOB NOT NULL
);

CREATE TABLE resource_versions (
    kind        TEXT NOT NULL,
    id          TEXT NOT NULL,
    version     INTEGER NOT NULL,
    name        TEXT NOT NULL,
    hash        TEXT NOT NULL REFERENCES resources (hash),
    deployed_at TIMESTAMP NOT NULL,
    PRIMARY KEY (kind, id, version)
);
CREATE INDEX resource_versions_hash ON resource_versions (hash);

CREATE TABLE definitions (
    process_id     TEXT NOT NULL,
    version        INTEGER NOT NULL,
    hash           TEXT NOT NULL,
    name           TEXT NOT NULL,
    version_tag    TEXT NOT NULL,
    resources      TEXT NOT NULL,
    start_messages TEXT NOT NULL,
    latest         BOOLEAN NOT NULL,
    deployed_at    TIMESTAMP NOT NULL,
    deployed_by    TEXT NOT NULL,
    PRIMARY KEY (process_id, version)
);
CREATE INDEX definitions_hash ON definitions (hash, version);
CREATE INDEX definitions_latest ON definitions (process_id) WHERE latest;

-- Messages that start the latest version of a process.
CREATE TABLE start_messages (
    name       TEXT NOT NULL,
    process_id TEXT NOT NULL,
    PRIMARY KEY (name, process_id)
);

CREATE TABLE instances (
    id             TEXT NOT NULL PRIMARY KEY,
    process_id     TEXT NOT NULL,
    version        INTEGER NOT NULL,
    definition     TEXT NOT NULL,
    business_key   TEXT NOT NULL,
    case_id        TEXT NOT NULL,
    municipality   TEXT NOT NULL,
    parent_id      TEXT NOT NULL,
    parent_element TEXT NOT NULL,
    state          TEXT NOT NULL,
    variables      TEXT NOT NULL,
    started_at     TIMESTAMP NOT NULL,
    ended_at       TIMESTAMP,
    sequence       INTEGER NOT NULL,
    digest         TEXT NOT NULL
);
CREATE INDEX instances_list ON instances (state, started_at, id);
CREATE INDEX instances_process ON instances (process_id, state, started_at, id);
CREATE INDEX instances_definition ON instances (definition, state);
CREATE INDEX instances_case ON instances (case_id, started_at);
CREATE INDEX instances_parent ON instances (parent_id, started_at);

CREATE TABLE elements (
    instance_id TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    key         INTEGER NOT NULL,
    element_id  TEXT NOT NULL,
    name        TEXT NOT NULL,
    type        TEXT NOT NULL,
    state       TEXT NOT NULL,
    child       TEXT NOT NULL,
    since       TIMESTAMP NOT NULL,
    PRIMARY KEY (instance_id, key)
);

CREATE TABLE timers (
    instance_id TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    id          TEXT NOT NULL,
    key         INTEGER NOT NULL,
    element_id  TEXT NOT NULL,
    name        TEXT NOT NULL,
    due_at      TIMESTAMP NOT NULL,
    PRIMARY KEY (instance_id, id)
);

CREATE TABLE subscriptions (
    instance_id     TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    key             INTEGER NOT NULL,
    element_id      TEXT NOT NULL,
    name            TEXT NOT NULL,
    correlation_key TEXT NOT NULL,
    process_id      TEXT NOT NULL,
    opened_at       TIMESTAMP NOT NULL,
    PRIMARY KEY (instance_id, key)
);
CREATE INDEX subscriptions_message ON subscriptions (name, correlation_key, opened_at);

CREATE TABLE incidents (
    instance_id  TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    key          INTEGER NOT NULL,
    element_id   TEXT NOT NULL,
    code         TEXT NOT NULL,
    message      TEXT NOT NULL,
    raised_at    TIMESTAMP NOT NULL,
    municipality TEXT NOT NULL,
    PRIMARY KEY (instance_id, key)
);
CREATE INDEX incidents_list ON incidents (raised_at, instance_id, key);

CREATE TABLE history (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_id TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    sequence    INTEGER NOT NULL,
    at          TIMESTAMP NOT NULL,
    kind        TEXT NOT NULL,
    key         INTEGER NOT NULL,
    element_id  TEXT NOT NULL,
    name        TEXT NOT NULL,
    type        TEXT NOT NULL,
    actor       TEXT NOT NULL,
    detail      TEXT NOT NULL
);
CREATE INDEX history_instance ON history (instance_id, id);

-- A task without a due time is due at the end of year 9999, so that every sort key has a value.
CREATE TABLE tasks (
    id               TEXT NOT NULL PRIMARY KEY,
    instance_id      TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    key              INTEGER NOT NULL,
    case_id          TEXT NOT NULL,
    municipality     TEXT NOT NULL,
    element_id       TEXT NOT NULL,
    name             TEXT NOT NULL,
    form             TEXT NOT NULL,
    state            TEXT NOT NULL,
    assignee         TEXT NOT NULL,
    candidate_groups TEXT NOT NULL,
    candidate_users  TEXT NOT NULL,
    priority         INTEGER NOT NULL,
    due_at           TIMESTAMP NOT NULL,
    follow_up_at     TIMESTAMP,
    created_at       TIMESTAMP NOT NULL,
    ended_at         TIMESTAMP,
    ended_by         TEXT NOT NULL,
    variables        TEXT NOT NULL,
    search           TEXT NOT NULL
);
CREATE INDEX tasks_instance ON tasks (instance_id, created_at);
CREATE INDEX tasks_case ON tasks (case_id, state, due_at, id);
CREATE INDEX tasks_assignee ON tasks (assignee, state, due_at, id);
CREATE INDEX tasks_due ON tasks (state, due_at, id);
CREATE INDEX tasks_priority ON tasks (state, priority, id);
CREATE INDEX tasks_created ON tasks (state, created_at, id);
CREATE INDEX tasks_municipality_due ON tasks (municipality, state, due_at, id);
CREATE INDEX tasks_municipality_priority ON tasks (municipality, state, priority, id);
CREATE INDEX tasks_municipality_created ON tasks (municipality, state, created_at, id);

-- Published messages that still live.
CREATE TABLE messages (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    name            TEXT NOT NULL,
    correlation_key TEXT NOT NULL,
    message_id      TEXT NOT NULL,
    variables       TEXT NOT NULL,
    expires_at      TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX messages_once ON messages (name, correlation_key, message_id) WHERE message_id <> '';
CREATE INDEX messages_waiting ON messages (name, correlation_key, id);
CREATE INDEX messages_expired ON messages (expires_at);

-- The processes that had a message.
CREATE TABLE message_correlations (
    message    INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    process_id TEXT NOT NULL,
    PRIMARY KEY (message, process_id)
);

-- The instance that a message started, for as long as it has not ended.
CREATE TABLE message_starts (
    process_id      TEXT NOT NULL,
    correlation_key TEXT NOT NULL,
    instance_id     TEXT NOT NULL,
    name            TEXT NOT NULL,
    PRIMARY KEY (process_id, correlation_key)
);
CREATE INDEX message_starts_instance ON message_starts (instance_id);

-- Answers given to requests that carried an Idempotency-Key; status 0 while the first request is being worked on.
CREATE TABLE replies (
    actor      TEXT NOT NULL,
    key        TEXT NOT NULL,
    request    TEXT NOT NULL,
    status     INTEGER NOT NULL,
    body       BLOB,
    expires_at TIMESTAMP NOT NULL,
    PRIMARY KEY (actor, key)
);
CREATE INDEX replies_expired ON replies (expires_at);
