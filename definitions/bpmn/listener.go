package bpmn

import (
	"fmt"
	"slices"
	"strings"
)

// ListenerEvent is the change of a task that a listener waits for (zeebe:taskListener eventType).
type ListenerEvent string

// Changes that listeners can wait for.
const (
	Creating   ListenerEvent = "creating"
	Assigning  ListenerEvent = "assigning"
	Updating   ListenerEvent = "updating"
	Completing ListenerEvent = "completing"
)

var listenerEvents = []ListenerEvent{Creating, Assigning, Updating, Completing}

// Listener is a job that a change of a task waits for, and that may deny it.
type Listener struct {
	Event ListenerEvent
	Job   Job
}

// Listener returns the nth listener of an event, nil when there are fewer.
func (t *Task) Listener(event ListenerEvent, n int) *Listener {
	if t == nil {
		return nil
	}
	for i := range t.Listeners {
		if t.Listeners[i].Event != event {
			continue
		}
		if n == 0 {
			return &t.Listeners[i]
		}
		n--
	}
	return nil
}

const maxListeners = 50 // of one task

// listeners reads zeebe:taskListeners.
func (b *builder) listeners(t *Task, n *Node) {
	holder := n.extension(spaceZeebe, "taskListeners")
	if holder == nil {
		return
	}
	found := holder.all(spaceZeebe, "taskListener")
	if len(found) > maxListeners {
		b.fail(holder, "too-many-listeners", fmt.Sprintf("the task has more than %d listeners", maxListeners), "draw some of the work as service tasks")
		return
	}
	for _, x := range found {
		event := ListenerEvent(x.Attr("eventType"))
		if !slices.Contains(listenerEvents, event) {
			b.failText(x.text("eventType"), "unsupported-listener", fmt.Sprintf("a task listener on %q is not run", clip(string(event))), "use creating, assigning, updating or completing")
		}
		l := Listener{Event: event, Job: Job{Type: b.value(x.text("type"), b.string), Retries: b.value(x.text("retries"), b.whole(1, 1000)), Headers: t.Headers}}
		if strings.TrimSpace(x.Attr("type")) == "" {
			b.failText(x.text("type"), "missing-job-type", "the job type of the task listener is empty", "write the name of an activity")
		}
		t.Listeners = append(t.Listeners, l)
	}
}
