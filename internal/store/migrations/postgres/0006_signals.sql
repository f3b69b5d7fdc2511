-- +goose Up

-- A subscription may wait for a signal, which everything that waits for it gets, and a process may be started by one.
ALTER TABLE subscriptions ADD COLUMN signal BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX subscriptions_signal ON subscriptions (name, instance_id) WHERE signal;
CREATE TABLE start_signals (
    name       TEXT NOT NULL,
    process_id TEXT NOT NULL,
    PRIMARY KEY (name, process_id)
);
