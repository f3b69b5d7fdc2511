-- +goose Up

-- The ended instance that goes on in this one.
ALTER TABLE instances ADD COLUMN restarted_from TEXT NOT NULL DEFAULT '';
