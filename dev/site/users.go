package site

import (
	"context"

	"fasthold/internal/casework"
	"fasthold/internal/store"
)

// municipality is Favrskov, whose way of working the retention process follows (seed 002).
const municipality = "0710"

// users are the demo users.
var users = []casework.User{
	{ID: "consultant", Name: "Karen Krogh", Roles: []casework.Role{casework.Consultant}, Groups: []string{"consultants"},
		Municipality: municipality, Phone: "89 64 10 01", Email: "karen@example.dk", Competences: []string{"authority-tasks"}},
	{ID: "consultant2", Name: "Mads Mølgaard", Roles: []casework.Role{casework.Consultant}, Groups: []string{"consultants"},
		Municipality: municipality, Phone: "89 64 10 02", Email: "mads@example.dk", Competences: []string{"authority-tasks"}},
	{ID: "supervisor", Name: "Lene Lund", Roles: []casework.Role{casework.Supervisor}, Groups: []string{"supervisors", "consultants"},
		Municipality: municipality, Phone: "89 64 10 00", Email: "lene@example.dk"},
	{ID: "integrator", Name: "NemRefusion", Roles: []casework.Role{casework.Integrator}, Municipality: municipality},
	{ID: "designer", Name: "Dorte Dam", Roles: []casework.Role{casework.Designer}, Municipality: municipality, Email: "dorte@example.dk"},
}

func putUsers(ctx context.Context, s *store.Store) error {
	for _, u := range users {
		if err := s.PutUser(ctx, u); err != nil {
			return err
		}
	}
	return nil
}
