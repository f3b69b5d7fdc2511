-- +goose Up

-- A job may be decided anew when its worker is lost, and then the same key names another element: what it leaves is known by both.
ALTER TABLE letters ADD COLUMN element_id TEXT NOT NULL DEFAULT '';
ALTER TABLE letters DROP CONSTRAINT letters_instance_id_element_key_key;
CREATE UNIQUE INDEX letters_once ON letters (instance_id, element_key, element_id);

-- The highest priority first, and within one what is due first: turned round, so that all that sorts goes up and one index serves it.
ALTER TABLE tasks ADD COLUMN urgency BIGINT NOT NULL GENERATED ALWAYS AS (-priority) STORED;
DROP INDEX tasks_priority;
DROP INDEX tasks_municipality_priority;
CREATE INDEX tasks_priority ON tasks (state, urgency, due_at, id);
CREATE INDEX tasks_municipality_priority ON tasks (municipality, state, urgency, due_at, id);
