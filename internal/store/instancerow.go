package store

import (
	"encoding/json"
	"time"

	"fasthold/internal/casework"
)

type instanceRow struct {
	ID, ProcessID           string
	Version                 int
	Definition, BusinessKey string
	CaseID, Municipality    string
	ParentID, ParentElement string
	State                   casework.InstanceState
	Variables               string
	StartedAt               time.Time
	EndedAt                 *time.Time
	Sequence                int64
	Digest                  string
	Confirmed               int64 // the last sequence that Temporal is known to have recorded
	WrittenAt               time.Time
	RestartedFrom           string
}

// TableName returns the table.
func (instanceRow) TableName() string { return "instances" }

func rowOfInstance(p casework.Projection, municipality string) instanceRow {
	i := p.Instance
	return instanceRow{
		ID: i.ID, ProcessID: i.ProcessID, Version: i.Version, Definition: i.Definition, BusinessKey: i.BusinessKey,
		CaseID: i.CaseID, Municipality: municipality, ParentID: i.ParentID, ParentElement: i.ParentElement,
		State: i.State, Variables: objectText(i.Variables), StartedAt: stamp(i.StartedAt), EndedAt: stampPointer(i.EndedAt), Sequence: p.Sequence, Digest: p.Digest,
		RestartedFrom: i.RestartedFrom,
	}
}

func (r instanceRow) instance() casework.Instance {
	return casework.Instance{
		ID: r.ID, ProcessID: r.ProcessID, Version: r.Version, Definition: r.Definition, BusinessKey: r.BusinessKey, CaseID: r.CaseID,
		ParentID: r.ParentID, ParentElement: r.ParentElement, State: r.State, Variables: json.RawMessage(r.Variables),
		StartedAt: r.StartedAt, EndedAt: r.EndedAt, RestartedFrom: r.RestartedFrom,
	}
}

// objectText is the text of a JSON object, {} for none.
func objectText(object json.RawMessage) string {
	if len(object) == 0 {
		return "{}"
	}
	return string(object)
}

type elementRow struct {
	InstanceID            string `gorm:"primaryKey"`
	Key                   int64  `gorm:"primaryKey;autoIncrement:false"`
	ElementID, Name, Type string
	State, Child          string
	Since                 time.Time
	Parent                int64
	Variables             string // "" for none
}

// TableName returns the table.
func (elementRow) TableName() string { return "elements" }

func rowOfElement(instance string, e casework.Element) elementRow {
	return elementRow{instance, e.Key, e.ElementID, e.Name, e.Type, e.State, e.Child, stamp(e.Since), e.Parent, string(e.Variables)}
}

func (r elementRow) element() casework.Element {
	e := casework.Element{Key: r.Key, Parent: r.Parent, ElementID: r.ElementID, Name: r.Name, Type: r.Type, State: r.State, Child: r.Child, Since: r.Since}
	if r.Variables != "" {
		e.Variables = json.RawMessage(r.Variables)
	}
	return e
}

type timerRow struct {
	InstanceID      string `gorm:"primaryKey"`
	ID              string `gorm:"primaryKey"`
	Key             int64
	ElementID, Name string
	DueAt           time.Time
}

// TableName returns the table.
func (timerRow) TableName() string { return "timers" }

func rowOfTimer(instance string, t casework.Timer) timerRow {
	return timerRow{instance, t.ID, t.Key, t.ElementID, t.Name, stamp(t.DueAt)}
}

func (r timerRow) timer() casework.Timer {
	return casework.Timer{ID: r.ID, Key: r.Key, ElementID: r.ElementID, Name: r.Name, DueAt: r.DueAt}
}

type subscriptionRow struct {
	InstanceID                      string `gorm:"primaryKey"`
	Key                             int64  `gorm:"primaryKey;autoIncrement:false"`
	ElementID, Name, CorrelationKey string
	ProcessID                       string
	OpenedAt                        time.Time
	Signal                          bool
}

// TableName returns the table.
func (subscriptionRow) TableName() string { return "subscriptions" }

func rowOfSubscription(p casework.Projection, s casework.Subscription) subscriptionRow {
	return subscriptionRow{p.Instance.ID, s.Key, s.ElementID, s.Name, s.CorrelationKey, p.Instance.ProcessID, stamp(p.At), s.Signal}
}

func (r subscriptionRow) subscription() casework.Subscription {
	return casework.Subscription{Key: r.Key, ElementID: r.ElementID, Name: r.Name, CorrelationKey: r.CorrelationKey, Signal: r.Signal}
}

type incidentRow struct {
	InstanceID               string `gorm:"primaryKey"`
	Key                      int64  `gorm:"primaryKey;autoIncrement:false"`
	ElementID, Code, Message string
	RaisedAt                 time.Time
	Municipality             string
}

// TableName returns the table.
func (incidentRow) TableName() string { return "incidents" }

func rowOfIncident(instance, municipality string, i casework.Incident) incidentRow {
	return incidentRow{instance, i.Key, i.ElementID, i.Code, i.Message, stamp(i.RaisedAt), municipality}
}

func (r incidentRow) incident() casework.Incident {
	return casework.Incident{Key: r.Key, ElementID: r.ElementID, Code: r.Code, Message: r.Message, RaisedAt: r.RaisedAt}
}

type historyRow struct {
	ID                    int64
	InstanceID            string
	Sequence              int64
	At                    time.Time
	Kind                  string
	Key                   int64
	ElementID, Name, Type string
	Actor, Detail         string
}

// TableName returns the table.
func (historyRow) TableName() string { return "history" }

func rowOfStep(p casework.Projection, s casework.Step) historyRow {
	return historyRow{0, p.Instance.ID, p.Sequence, stamp(p.At), s.Kind, s.Key, s.ElementID, s.Name, s.Type, s.Actor, string(s.Detail)}
}

func (r historyRow) entry() casework.HistoryEntry {
	step := casework.Step{Kind: r.Kind, Key: r.Key, ElementID: r.ElementID, Name: r.Name, Type: r.Type, Actor: r.Actor}
	if r.Detail != "" {
		step.Detail = json.RawMessage(r.Detail)
	}
	return casework.HistoryEntry{Step: step, At: r.At}
}
