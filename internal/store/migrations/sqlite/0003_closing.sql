-- +goose Up

-- The outcome with which somebody has closed a case whose process has yet to end.
ALTER TABLE cases ADD COLUMN closing TEXT NOT NULL DEFAULT '';
