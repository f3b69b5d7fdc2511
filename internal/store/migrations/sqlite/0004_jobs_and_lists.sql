-- +goose Up

-- A job may be decided anew when its worker is lost, and then the same key names another element: what it leaves is known by both.
CREATE TABLE letters_by_element (
    id          TEXT NOT NULL PRIMARY KEY,
    case_id     TEXT NOT NULL REFERENCES cases (id),
    instance_id TEXT NOT NULL,
    element_key INTEGER NOT NULL,
    template    TEXT NOT NULL,
    receiver    TEXT NOT NULL,
    subject     BLOB NOT NULL,
    body        BLOB NOT NULL,
    at          TIMESTAMP NOT NULL,
    element_id  TEXT NOT NULL
);
INSERT INTO letters_by_element SELECT id, case_id, instance_id, element_key, template, receiver, subject, body, at, '' FROM letters;
DROP TABLE letters;
ALTER TABLE letters_by_element RENAME TO letters;
CREATE INDEX letters_case ON letters (case_id, at, id);
CREATE UNIQUE INDEX letters_once ON letters (instance_id, element_key, element_id);

-- The highest priority first, and within one what is due first: turned round, so that all that sorts goes up and one index serves it.
ALTER TABLE tasks ADD COLUMN urgency INTEGER NOT NULL GENERATED ALWAYS AS (-priority) VIRTUAL;
DROP INDEX tasks_priority;
DROP INDEX tasks_municipality_priority;
CREATE INDEX tasks_priority ON tasks (state, urgency, due_at, id);
CREATE INDEX tasks_municipality_priority ON tasks (municipality, state, urgency, due_at, id);
