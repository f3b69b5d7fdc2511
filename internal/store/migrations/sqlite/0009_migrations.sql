-- +goose Up

-- Migrations of instances to another version of their process, and rehearsals of them. The reason is sealed.
CREATE TABLE migrations (
    id           TEXT NOT NULL PRIMARY KEY,
    process_id   TEXT NOT NULL,
    from_version INTEGER NOT NULL,
    to_version   INTEGER NOT NULL,
    target       TEXT NOT NULL,
    mapping      TEXT NOT NULL,
    reason       BLOB NOT NULL,
    rehearsal    TEXT NOT NULL,
    per_minute   INTEGER NOT NULL,
    state        TEXT NOT NULL,
    report       TEXT NOT NULL,
    author       TEXT NOT NULL,
    municipality TEXT NOT NULL,
    at           TIMESTAMP NOT NULL,
    ended_at     TIMESTAMP,
    next_at      TIMESTAMP NOT NULL
);
CREATE INDEX migrations_list ON migrations (at, id);
CREATE INDEX migrations_running ON migrations (id) WHERE state = 'running';

CREATE TABLE migration_items (
    migration_id TEXT NOT NULL,
    instance_id  TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    detail       TEXT NOT NULL,
    attempts     INTEGER NOT NULL,
    try_at       TIMESTAMP NOT NULL,
    at           TIMESTAMP,
    PRIMARY KEY (migration_id, instance_id)
);
CREATE INDEX migration_items_waiting ON migration_items (migration_id, try_at) WHERE outcome = 'waiting';
