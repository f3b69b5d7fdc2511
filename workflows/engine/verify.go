package engine

import "fmt"

// Verify lists what is wrong with a state: every node must have a reason to wait that something outside or another token can end,
// and every scope must count its tokens right. A sound instance has an empty list.
func (s *State) Verify() []string {
	var wrong []string
	live, works := map[int64]int{}, map[int64]bool{}
	for i := range s.Nodes {
		n := &s.Nodes[i]
		live[n.Parent] += n.holds()
		works[n.For] = true
		if why := n.stuck(); why != "" {
			wrong = append(wrong, fmt.Sprintf("%s (%d) %s", n.Element, n.Key, why))
		}
	}
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if n.open() && n.Tokens != live[n.Key] {
			wrong = append(wrong, fmt.Sprintf("%s (%d) counts %d tokens and holds %d", n.Element, n.Key, n.Tokens, live[n.Key]))
		}
	}
	for i := range s.Nodes {
		if n := &s.Nodes[i]; n.Wait == WaitCompensation && !works[n.Key] {
			wrong = append(wrong, fmt.Sprintf("%s (%d) waits for compensation, and nothing runs for it", n.Element, n.Key))
		}
	}
	if s.Status == Active && len(s.Nodes) == 0 {
		wrong = append(wrong, "the instance is active and has no token")
	}
	return wrong
}

// open reports whether a node is a scope that tokens can be in.
func (n *Node) open() bool { return n.Wait == WaitScope || n.Wait == WaitChoice }

// holds is the number of tokens of the enclosing scope that a node keeps.
func (n *Node) holds() int {
	if n.Arrived == nil {
		return 1
	}
	sum := 0
	for _, count := range n.Arrived {
		sum += count
	}
	return sum
}

func (n *Node) stuck() string {
	ok := false
	switch n.Wait {
	case WaitScope:
		ok = n.Tokens > 0
	case WaitChoice:
		ok = n.AdHoc != nil && !n.AdHoc.Closed
	case WaitTask:
		ok = n.Task != nil
	case WaitJob:
		ok = n.Job != nil
	case WaitTimer:
		ok = len(n.Timers) > 0
	case WaitMessage, WaitSignal:
		ok = len(n.Subscriptions) > 0
	case WaitCondition:
		ok = len(n.Conditions) > 0
	case WaitEvent:
		ok = len(n.Timers)+len(n.Subscriptions)+len(n.Conditions) > 0
	case WaitIncident:
		ok = n.Incident != nil
	case WaitCompensation:
		ok = n.Undo != nil
	case WaitChild, WaitJoin:
		ok = true
	}
	if ok {
		return ""
	}
	return fmt.Sprintf("waits for %q and nothing can end that", n.Wait)
}
