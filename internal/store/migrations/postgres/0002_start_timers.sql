-- +goose Up

-- What starts the latest version of a process by time: the next start and how many are left after it (-1: no end). A relay takes a row
-- when try_at has come, which is due_at, the end of another relay's lease, or the next attempt after a failure.
CREATE TABLE start_timers (
    process_id TEXT NOT NULL,
    element_id TEXT NOT NULL,
    version    BIGINT NOT NULL,
    definition TEXT NOT NULL,
    number     BIGINT NOT NULL,
    from_at    TIMESTAMPTZ NOT NULL,
    due_at     TIMESTAMPTZ NOT NULL,
    remaining  BIGINT NOT NULL,
    every      TEXT NOT NULL,
    try_at     TIMESTAMPTZ NOT NULL,
    attempts   BIGINT NOT NULL,
    error      TEXT NOT NULL,
    PRIMARY KEY (process_id, element_id)
);
CREATE INDEX start_timers_try ON start_timers (try_at);
