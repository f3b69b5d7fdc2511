-- +goose Up

-- A job may be decided anew when its worker is lost, and then the same key names another element: what it leaves is known by both.
ALTER TABLE letters ADD COLUMN element_id TEXT NOT NULL DEFAULT '';
ALTER TABLE letters DROP CONSTRAINT letters_instance_id_element_key_key;
CREATE UNIQUE INDEX letters_once ON letters (instance_id, element_key, element_id);
