//go:build race

package e2e

// raced tells that the race detector watches, under which a round takes about ten times as long.
const raced = true
