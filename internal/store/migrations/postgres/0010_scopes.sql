-- +goose Up

-- Each scope keeps its own variables, once; a task no longer has a copy of all that it sees.
ALTER TABLE elements ADD COLUMN parent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE elements ADD COLUMN variables TEXT NOT NULL DEFAULT '';
UPDATE elements SET variables = (SELECT t.variables FROM tasks t WHERE t.instance_id = elements.instance_id AND t.key = elements.key AND t.state = 'open')
    WHERE EXISTS (SELECT 1 FROM tasks t WHERE t.instance_id = elements.instance_id AND t.key = elements.key AND t.state = 'open');
ALTER TABLE tasks DROP COLUMN variables;
