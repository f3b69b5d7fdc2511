-- +goose Up

-- The last projection that Temporal is known to have recorded, and when the last one was written.
ALTER TABLE instances ADD COLUMN confirmed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE instances ADD COLUMN written_at TIMESTAMPTZ NOT NULL DEFAULT '1970-01-01 00:00:00+00:00';
UPDATE instances SET confirmed = sequence;
CREATE INDEX instances_unconfirmed ON instances (written_at, id) WHERE confirmed < sequence;

-- The sequence of the projection that brought a task: what a lost one brought never was.
ALTER TABLE tasks ADD COLUMN opened_in BIGINT NOT NULL DEFAULT 0;
