package store

import (
	"context"
	"slices"

	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

type userRow struct {
	ID, Name      string
	Roles, Groups texts
	Municipality  string
	Phone, Email  string
	Competences   texts
}

// TableName returns the table.
func (userRow) TableName() string { return "users" }

func rowOfUser(u casework.User) userRow {
	row := userRow{ID: u.ID, Name: u.Name, Groups: u.Groups, Municipality: u.Municipality, Phone: u.Phone, Email: u.Email, Competences: u.Competences}
	for _, role := range u.Roles {
		row.Roles = append(row.Roles, string(role))
	}
	return row
}

func (r userRow) user() casework.User {
	u := casework.User{ID: r.ID, Name: r.Name, Groups: r.Groups, Municipality: r.Municipality, Phone: r.Phone, Email: r.Email, Competences: r.Competences}
	for _, role := range r.Roles {
		u.Roles = append(u.Roles, casework.Role(role))
	}
	return u
}

// PutUser adds a user, or changes the one with the id.
func (s *Store) PutUser(ctx context.Context, u casework.User) error {
	return s.write(ctx, "PutUser", func(tx *tx) error {
		if u.ID == "" {
			return field("id", "A user has an id.")
		}
		row := rowOfUser(u)
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
			return err
		}
		return tx.journal("", "user_changed", "Bruger ændret", u.ID)
	})
}

// User returns a user.
func (s *Store) User(ctx context.Context, id string) (u casework.User, err error) {
	err = s.read(ctx, "User", func(tx *tx) error {
		u, err = tx.user(id)
		return err
	})
	return u, err
}

func (tx *tx) user(id string) (casework.User, error) {
	var row userRow
	err := one(tx.within(tx.Where("id = ?", id), "municipality"), &row, "Brugeren findes ikke.")
	return row.user(), err
}

// Users lists the users the actor may see, by name.
func (s *Store) Users(ctx context.Context) (users []casework.User, err error) {
	err = s.read(ctx, "Users", func(tx *tx) error {
		users, err = all(tx.within(tx.DB, "municipality").Order("name, id"), userRow.user)
		return err
	})
	return users, err
}

// consultantsOf returns the consultants who may have cases of a municipality, by id.
func (tx *tx) consultantsOf(municipality string) ([]casework.User, error) {
	users, err := all(tx.Where("municipality IN ('', ?)", municipality).Order("id"), userRow.user)
	return slices.DeleteFunc(users, func(u casework.User) bool { return !u.Has(casework.Consultant) }), err
}
