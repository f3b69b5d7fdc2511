package store

import (
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

type setting struct {
	Municipality string `gorm:"primaryKey"`
	Name         string `gorm:"primaryKey"`
	Value        string
	UpdatedAt    time.Time `gorm:"autoUpdateTime:false"`
}

// Setting returns what the municipality has set under the name, else what is set for everybody (municipality ""), else nil.
func (s *Store) Setting(ctx context.Context, municipality, name string) (value json.RawMessage, err error) {
	err = s.read(ctx, "Setting", func(tx *tx) error {
		var rows []setting
		found := tx.Where("municipality IN ('', ?) AND name = ?", municipality, name).Order("municipality DESC").Limit(1).Find(&rows)
		for _, row := range rows {
			value = json.RawMessage(row.Value)
		}
		return found.Error
	})
	return value, err
}

// PutSetting sets a JSON value under the name for one municipality, or for everybody when it is "".
func (s *Store) PutSetting(ctx context.Context, municipality, name string, value json.RawMessage) error {
	return s.write(ctx, "PutSetting", func(tx *tx) error {
		if !json.Valid(value) {
			return casework.Errorf(casework.Invalid, "The setting %q must be a JSON value.", name)
		}
		row := setting{municipality, name, string(value), tx.now}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
			return err
		}
		return tx.journal("", "setting_changed", "Indstilling ændret: "+name, municipality)
	})
}
