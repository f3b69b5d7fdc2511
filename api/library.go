package api

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"fasthold/definitions"
	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
	"fasthold/internal/casework"
	"fasthold/internal/store"
)

// maxCompiled bounds the compiled definitions that are kept.
const maxCompiled = 200

// library compiles deployed definitions and keeps them: what a hash names never changes.
type library struct {
	store *store.Store

	mu       sync.Mutex
	compiled map[string]*definitions.Definition
}

func newLibrary(s *store.Store) *library {
	return &library{store: s, compiled: map[string]*definitions.Definition{}}
}

// definition returns the definition with that hash.
func (l *library) definition(ctx context.Context, hash string) (*definitions.Definition, error) {
	l.mu.Lock()
	d, ok := l.compiled[hash]
	l.mu.Unlock()
	if ok {
		return d, nil
	}
	d, err := l.load(ctx, hash)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.compiled) >= maxCompiled {
		clear(l.compiled)
	}
	l.compiled[hash] = d
	return d, nil
}

func (l *library) load(ctx context.Context, hash string) (*definitions.Definition, error) {
	d, err := l.store.Definition(ctx, hash)
	if err != nil {
		return nil, err
	}
	var files []definitions.File
	for _, h := range d.ResourceHashes {
		r, err := l.store.Resource(ctx, h)
		if err != nil {
			return nil, err
		}
		files = append(files, definitions.File{Name: r.Name, Data: r.Bytes})
	}
	return definitions.Load(files, d.ProcessID)
}

// formSource returns the form as it was deployed.
func formSource(d *definitions.Definition, id string) (json.RawMessage, bool) {
	i := slices.IndexFunc(d.Resources, func(r definitions.Resource) bool { return r.Kind == definitions.Form && r.ID == id })
	if i < 0 {
		return nil, false
	}
	return d.Resources[i].Data, true
}

// startElement returns the id of the start event that a message or a signal starts, or of the none start event for neither.
func startElement(d *definitions.Definition, message, signal string) (string, error) {
	for _, i := range d.Plan.Root().Starts {
		e := &d.Plan.Elements[i]
		switch none := e.Event == nil; {
		case none && message == "" && signal == "":
			return e.ID, nil
		case !none && message != "" && e.Event.Kind == bpmn.Message && constantName(e.Event.Name()) == message,
			!none && signal != "" && e.Event.Kind == bpmn.Signal && constantName(e.Event.Name()) == signal:
			return e.ID, nil
		}
	}
	if signal != "" {
		return "", fail(casework.Conflict, "no start event of process %s waits for signal %s any more", d.ProcessID, signal)
	}
	if message == "" {
		return "", fail(casework.Invalid, "process %s has no start event without a trigger: publish a message that starts it", d.ProcessID)
	}
	return "", fail(casework.Conflict, "no start event of process %s waits for message %s any more", d.ProcessID, message)
}

func constantName(x *feel.Expression) string {
	if x == nil {
		return ""
	}
	v, _ := x.Constant()
	name, _ := v.(feel.String)
	return string(name)
}
