//go:build !race

package storetest

// many is more than a statement of SQLite names, and more locks than a PostgreSQL of the tests has.
const many = 35_000
