package store

import "time"

// journalEntry is one line of who did what when. A title never holds personal data: it names what happened, ref where to read it.
type journalEntry struct {
	ID     int64
	At     time.Time
	Actor  string
	CaseID string
	Kind   string
	Title  string // Danish, as the timeline shows it
	Ref    string // id of the note, letter, event … it is about
}

// TableName returns the table.
func (journalEntry) TableName() string { return "journal" }

// journal writes that the actor did something, in the transaction that does it.
func (tx *tx) journal(caseID, kind, title, ref string) error {
	return tx.journalBy(tx.actor.ID, tx.at(caseID), caseID, kind, title, ref)
}

// journalBy writes it for somebody who is not the actor of this transaction: the workflow reports what a person did.
func (tx *tx) journalBy(actor string, at time.Time, caseID, kind, title, ref string) error {
	return tx.Create(&journalEntry{At: at, Actor: actor, CaseID: caseID, Kind: kind, Title: title, Ref: ref}).Error
}
