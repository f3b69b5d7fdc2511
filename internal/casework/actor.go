package casework

import "context"

type actorKey struct{}

// WithActor tells in the context who acts. The store filters by the actor's municipality and writes the actor in the journal.
func WithActor(ctx context.Context, u User) context.Context {
	return context.WithValue(ctx, actorKey{}, u)
}

// ActorFrom returns who acts, or the zero User when the system itself does: it sees every municipality.
func ActorFrom(ctx context.Context) User {
	u, _ := ctx.Value(actorKey{}).(User)
	return u
}
