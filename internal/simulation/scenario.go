package simulation

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"time"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
	"fasthold/internal/workday"
	"fasthold/workflows/engine"
)

const (
	maxScenario = 1 << 20 // bytes
	maxItems    = 10_000  // of any list
)

// Scenario says how an instance is played. The zero Scenario starts the only process and lets everything complete at once.
type Scenario struct {
	Now        time.Time // virtual time of the start; zero: the caller's clock
	Until      Until
	Variables  engine.Variables
	Process    string // id; "" when only one process can be meant
	StartEvent string // id; "" for the none start event, or a message that comes
	Closed     []workday.Date
	Answers    map[string][]Answer // by element id, job type, element type, or "*"
	Steps      []Step
	StepsGiven bool // time moves only by steps and by answers that come later, not on its own
}

// Until is when a simulation ends at the latest: at a time, or this long after its start.
type Until struct {
	At   time.Time
	Span bpmn.Span
}

// defaultUntil is how long a simulation runs that does not say.
var defaultUntil = bpmn.Span{Days: 52 * 7}

func (u Until) from(start time.Time) time.Time {
	switch {
	case !u.At.IsZero():
		return u.At
	case u.Span == (bpmn.Span{}):
		return defaultUntil.After(start)
	}
	return u.Span.After(start)
}

// ReadScenario reads a scenario in JSON or YAML of at most 1 MB. Unknown keys are refused, by name and place.
func ReadScenario(name string, data []byte) (Scenario, error) {
	var s Scenario
	if len(data) > maxScenario {
		return s, fmt.Errorf("%s: the scenario is longer than 1 MB", name)
	}
	v, err := parse(name, data)
	if err == nil {
		err = s.fields().read(v)
	}
	if err != nil {
		return s, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

func parse(name string, data []byte) (feel.Value, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	yaml := strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
	if !yaml && (strings.HasSuffix(name, ".json") || bytes.HasPrefix(bytes.TrimSpace(data), []byte("{"))) {
		return feel.FromJSON(data)
	}
	return fromYAML(data)
}

func (s *Scenario) fields() fields {
	return fields{
		"now":        moment(&s.Now, workday.Zone()),
		"until":      s.readUntil,
		"variables":  variables(&s.Variables),
		"process":    text(&s.Process),
		"startEvent": text(&s.StartEvent),
		"calendar":   fields{"closed": list(workday.MaxClosedDays, s.readClosed)}.read,
		"answers":    s.readAnswers,
		"steps": func(v feel.Value) error {
			s.StepsGiven = true
			return list(maxItems, s.readStep)(v)
		},
	}
}

func (s *Scenario) readUntil(v feel.Value) error {
	if span(&s.Until.Span)(v) == nil {
		return nil
	}
	if err := moment(&s.Until.At, workday.Zone())(v); err != nil {
		return fmt.Errorf("%w, nor a duration such as P52W", err)
	}
	return nil
}

func (s *Scenario) readClosed(_ int, v feel.Value) error {
	var day string
	if err := text(&day)(v); err != nil {
		return err
	}
	d, err := workday.ParseDate(day)
	s.Closed = append(s.Closed, d)
	return err
}

func (s *Scenario) readAnswers(v feel.Value) error {
	c, ok := v.(*feel.Context)
	if !ok {
		return fmt.Errorf("must be an object, not a %s", v.Kind())
	}
	s.Answers = make(map[string][]Answer, c.Len())
	for _, entry := range c.Entries() {
		items, many := entry.Value.(feel.List)
		if !many {
			items = feel.List{entry.Value}
		}
		err := list(maxItems, func(_ int, v feel.Value) error { return s.readAnswer(entry.Name, v) })(items)
		if err != nil {
			return fmt.Errorf("%s: %w", entry.Name, err)
		}
	}
	return nil
}

func (s *Scenario) readAnswer(name string, v feel.Value) error {
	var a Answer
	var failure engine.Failure
	err := fields{
		"variables": variables(&a.Variables),
		"wait":      flag(&a.Wait),
		"after":     span(&a.After),
		"fail": func(v feel.Value) error {
			err := text(&a.Fail)(v)
			a.Fail = cmp.Or(a.Fail, "the job failed")
			return err
		},
		"error": func(v feel.Value) error {
			a.Error = &failure
			return fields{"code": text(&failure.Code), "message": text(&failure.Message), "variables": variables(&a.Variables)}.read(v)
		},
	}.read(v)
	s.Answers[name] = append(s.Answers[name], a)
	return err
}
