package worker

import (
	"context"
	"sync"
	"time"

	"fasthold/definitions"
	"fasthold/internal/store"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// maxPrograms bounds the compiled definitions a worker keeps.
const maxPrograms = 200

// Library compiles deployed definitions and keeps them. What a hash names never changes.
type Library struct {
	store *store.Store

	mu       sync.Mutex
	programs map[string]*engine.Program
}

var _ workflows.Definitions = (*Library)(nil)

// NewLibrary returns the library of what is deployed in a store.
func NewLibrary(s *store.Store) *Library {
	return &Library{store: s, programs: map[string]*engine.Program{}}
}

// Program compiles the definition with that hash.
func (l *Library) Program(hash, processID string) (*engine.Program, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p, ok := l.programs[hash]; ok {
		return p, nil
	}
	p, err := l.load(hash, processID)
	if err != nil {
		return nil, err
	}
	if len(l.programs) >= maxPrograms {
		clear(l.programs)
	}
	l.programs[hash] = p
	return p, nil
}

func (l *Library) load(hash, processID string) (*engine.Program, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
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
	loaded, err := definitions.Load(files, processID)
	if err != nil {
		return nil, err
	}
	return &engine.Program{Plan: loaded.Plan, Decisions: loaded.Decisions}, nil
}
