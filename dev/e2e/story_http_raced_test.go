//go:build race

package e2e_test

// raced tells that the race detector watches.
const raced = true
