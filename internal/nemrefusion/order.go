package nemrefusion

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// once drops repetitions: of the events with one eventId or one message key the first to occur stays.
func once(events []Event) []Event {
	sorted := slices.Clone(events)
	slices.SortFunc(sorted, byTime)
	ids, keys := map[string]bool{}, map[string]bool{}
	return slices.DeleteFunc(sorted, func(e Event) bool {
		if ids[e.EventID] || keys[e.MessageKey()] {
			return true
		}
		ids[e.EventID], keys[e.MessageKey()] = true, true
		return false
	})
}

// inOrder sorts events into the order in which they count. Three chains each have an order of their own: by sequence,
// by numeric messageId, by time. No single comparison can mix them (it would run in circles), so the chains are merged
// by time, where an event of a chain is never earlier than the one before it.
func inOrder(events []Event) []Event {
	type placed struct {
		event Event
		at    time.Time
	}
	var merged []placed
	for _, chain := range chains(events) {
		var at time.Time
		for _, e := range chain {
			if e.OccurredAt.After(at) {
				at = e.OccurredAt
			}
			merged = append(merged, placed{e, at})
		}
	}
	slices.SortStableFunc(merged, func(a, b placed) int { return a.at.Compare(b.at) })
	ordered := make([]Event, len(merged))
	for i, p := range merged {
		ordered[i] = p.event
	}
	return ordered
}

func chains(events []Event) [3][]Event {
	var chains [3][]Event
	for _, e := range events {
		switch {
		case e.Sequence > 0:
			chains[0] = append(chains[0], e)
		case messageNumber(e) > 0:
			chains[1] = append(chains[1], e)
		default:
			chains[2] = append(chains[2], e)
		}
	}
	for _, chain := range chains {
		slices.SortFunc(chain, func(a, b Event) int {
			return cmp.Or(cmp.Compare(a.Sequence, b.Sequence), cmp.Compare(messageNumber(a), messageNumber(b)), byTime(a, b))
		})
	}
	return chains
}

// byTime orders by occurredAt; at the same moment a notification comes before what follows it in a case's life.
func byTime(a, b Event) int {
	return cmp.Or(a.OccurredAt.Compare(b.OccurredAt), cmp.Compare(rank(a.Type), rank(b.Type)),
		cmp.Compare(a.MessageID, b.MessageID), cmp.Compare(a.EventID, b.EventID))
}

func rank(t Type) int { return slices.Index(Types(), t) }

// messageNumber is a numeric messageId, as NemRefusion's are; an opaque one identifies but does not order, and is 0.
func messageNumber(e Event) uint64 {
	n, err := strconv.ParseUint(e.MessageID, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
