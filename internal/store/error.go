package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"fasthold/internal/casework"
)

// wrap gives whatever a method fails with its code, and names the method in what is ours to mend.
func wrap(err *error, method string) {
	var known *casework.Error
	switch {
	case *err == nil, errors.As(*err, &known):
	case unstorable(*err):
		*err = casework.Errorf(casework.Invalid, "En tekst har et tegn, der ikke kan gemmes, fx NUL. Fjern det, og prøv igen.")
	case errors.Is(*err, context.Canceled), errors.Is(*err, context.DeadlineExceeded):
	default:
		*err = internal(method, *err)
	}
}

func internal(method string, cause error) error {
	return &casework.Error{Code: casework.Internal, Message: "store." + method, Cause: cause}
}

// unstorable reports that PostgreSQL does not take a text: it refuses NUL and broken UTF-8.
func unstorable(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "22021" || e.Code == "22P05")
}
