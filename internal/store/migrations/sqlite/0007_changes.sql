-- +goose Up

-- Why somebody changed a process instance by hand. Temporal knows the id, the words are here.
CREATE TABLE changes (
    id          TEXT NOT NULL PRIMARY KEY,
    instance_id TEXT NOT NULL,
    case_id     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    author      TEXT NOT NULL,
    content     BLOB NOT NULL,
    at          TIMESTAMP NOT NULL,
    applied     BOOLEAN NOT NULL
);
CREATE INDEX changes_orphaned ON changes (at) WHERE NOT applied;
ALTER TABLE history ADD COLUMN change_id TEXT NOT NULL DEFAULT '';

-- The ended instance that goes on in this one.
ALTER TABLE instances ADD COLUMN restarted_from TEXT NOT NULL DEFAULT '';
