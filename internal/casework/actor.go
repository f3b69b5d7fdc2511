package casework

import "context"

type actorKey struct{}

// WithActor tells in the context who acts. The store filters by the actor's municipality and writes the actor in the journal.
func WithActor(ctx context.Context, u User) context.Context {
	return context.WithValue(ctx, actorKey{}, u)
}

type versionKey struct{}

// WithVersion tells in the context which version of a case, or of a draft, its editor saw: the store changes no other.
func WithVersion(ctx context.Context, version int) context.Context {
	return context.WithValue(ctx, versionKey{}, version)
}

// VersionFrom returns the version that [WithVersion] told; ok is false when any will do.
func VersionFrom(ctx context.Context) (version int, ok bool) {
	version, ok = ctx.Value(versionKey{}).(int)
	return version, ok
}

// ActorFrom returns who acts, or the zero User when the system itself does: it sees every municipality.
func ActorFrom(ctx context.Context) User {
	u, _ := ctx.Value(actorKey{}).(User)
	return u
}
