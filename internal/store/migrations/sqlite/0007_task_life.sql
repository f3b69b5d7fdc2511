-- +goose Up

-- Why somebody intervened in an instance: free text, sealed, which its history names by id.
CREATE TABLE reasons (
    id          TEXT NOT NULL PRIMARY KEY,
    instance_id TEXT NOT NULL,
    case_id     TEXT NOT NULL,
    author      TEXT NOT NULL,
    text        BLOB NOT NULL,
    at          TIMESTAMP NOT NULL
);
CREATE INDEX reasons_instance ON reasons (instance_id);

-- Half-filled forms, sealed, one for each task until it ends.
CREATE TABLE drafts (
    task_id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL,
    author  TEXT NOT NULL,
    content BLOB NOT NULL,
    at      TIMESTAMP NOT NULL
);

-- Whoever delegated a task, and gets it back.
ALTER TABLE tasks ADD COLUMN owner TEXT NOT NULL DEFAULT '';
