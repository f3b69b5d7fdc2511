// Package storetest is the conformance suite of the store: what every database must do. New semantics go in here, not into the test of one
// database.
package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
	"fasthold/internal/store"
)

// Opener opens an empty store that reads the clock; it is closed when the test ends.
type Opener func(t testing.TB, now func() time.Time) *store.Store

// Exercise runs the suite.
func Exercise(t *testing.T, open Opener) {
	t.Helper()
	for _, part := range []struct {
		name  string
		cases map[string]func(world)
	}{
		{"Intake", intake}, {"Cases", cases}, {"Outbox", outbox}, {"Projection", projections}, {"Tasks", tasks}, {"Broker", broker}, {"Signals", signals},
		{"Definitions", definitions}, {"StartTimers", startTimers}, {"Migrations", migrations}, {"Files", files}, {"Privacy", privacy},
	} {
		for name, run := range part.cases {
			t.Run(part.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				run(newWorld(t, open))
			})
		}
	}
}

// world is an empty store, with users of two municipalities, and a clock that stands still until it is moved.
type world struct {
	*testing.T
	*store.Store
	clock *clock
	ctx   context.Context // of the system
}

// The municipalities of the tests.
const (
	herning = "0657"
	viborg  = "0791"
)

var users = map[string]casework.User{
	"anna":  {ID: "anna", Name: "Anna", Roles: []casework.Role{casework.Consultant}, Groups: []string{"consultants"}, Municipality: herning},
	"bo":    {ID: "bo", Name: "Bo", Roles: []casework.Role{casework.Consultant}, Groups: []string{"consultants"}, Municipality: herning},
	"clara": {ID: "clara", Name: "Clara", Roles: []casework.Role{casework.Supervisor}, Groups: []string{"supervisors"}, Municipality: herning},
	"viggo": {ID: "viggo", Name: "Viggo", Roles: []casework.Role{casework.Consultant, casework.Supervisor}, Municipality: viborg},
}

func newWorld(t *testing.T, open Opener) world {
	c := &clock{at: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	w := world{T: t, Store: open(t, c.now), clock: c, ctx: context.Background()}
	for _, id := range []string{"anna", "bo", "clara", "viggo"} {
		require.NoError(t, w.PutUser(w.ctx, users[id]))
	}
	return w
}

// as is the context of a user.
func (w world) as(user string) context.Context {
	return casework.WithActor(w.ctx, users[user])
}

// openCase opens a case in a municipality by hand.
func (w world) openCase(municipality string) casework.Case {
	w.Helper()
	c, err := w.OpenCase(w.ctx, casework.NewCase{
		Municipality: municipality,
		Citizen:      casework.Citizen{CPR: cpr(w.T, "2512169996"), Name: "Nanna Berggren"},
		Company:      casework.Company{CVR: "24256790", Name: "Ørsted Værktøj A/S"},
		Facts:        casework.Facts{FirstAbsenceDay: "2026-02-20"},
	})
	require.NoError(w, err)
	return c
}

func (w world) requireCode(code casework.Code, err error) {
	w.Helper()
	require.Equal(w, code, casework.CodeOf(err), "%v", err)
}

func cpr(t *testing.T, digits string) casework.CPR {
	t.Helper()
	c, err := casework.ParseCPR(digits)
	require.NoError(t, err)
	return c
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// together runs do n times at once and returns what each said.
func together(n int, do func(i int) error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = do(i) })
	}
	all.Wait()
	return errs
}

// pages reads a whole list part by part.
func pages[T any](w world, limit int, list func(casework.Page) (casework.List[T], error)) (items []T) {
	w.Helper()
	page := casework.Page{Limit: limit}
	for range 1000 {
		part, err := list(page)
		require.NoError(w, err)
		require.LessOrEqual(w, len(part.Items), limit)
		items = append(items, part.Items...)
		if part.NextCursor == "" {
			return items
		}
		page.Cursor = part.NextCursor
	}
	w.Fatal("the list has no end")
	return nil
}

func id(prefix string, n int) string { return fmt.Sprintf("%s-%03d", prefix, n) }
