//go:build race

package storetest

// many is fewer under the race detector, which makes it take many times as long.
const many = 2_000
