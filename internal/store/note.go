package store

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"fasthold/internal/casework"
)

// MaxNote is the length of the longest note, in letters.
const MaxNote = 20000

type noteRow struct {
	ID, CaseID, TaskID, ElementName string
	Text                            []byte
	Author                          string
	At                              time.Time
}

// TableName returns the table.
func (noteRow) TableName() string { return "notes" }

func (tx *tx) note(r noteRow) (casework.Note, error) {
	text, err := tx.openText(r.CaseID, "note", r.Text)
	return casework.Note{ID: r.ID, CaseID: r.CaseID, TaskID: r.TaskID, ElementName: r.ElementName, Text: text, Author: r.Author, At: r.At}, err
}

// addNote files a note, under a new id when it has none, and writes the journal in its author's name.
func (tx *tx) addNote(n casework.Note) error {
	sealed, err := tx.sealText(n.CaseID, "note", n.Text)
	if err != nil {
		return err
	}
	if n.ID == "" {
		n.ID = uuid.NewString()
	}
	row := noteRow{n.ID, n.CaseID, n.TaskID, n.ElementName, sealed, n.Author, n.At}
	if err := tx.Create(&row).Error; err != nil {
		return err
	}
	title := "Notat"
	if n.ElementName != "" {
		title += ": " + n.ElementName
	}
	return tx.journalBy(n.Author, n.At, n.CaseID, "note", title, row.ID)
}

// AddNote writes a free note in a case, in the actor's name.
func (s *Store) AddNote(ctx context.Context, caseID, text string) (casework.Note, error) {
	return s.AddNoteOn(ctx, uuid.NewString(), caseID, "", text)
}

// AddNoteOn writes a note on a subject, which its title names, in the actor's name. One with a known id is none.
func (s *Store) AddNoteOn(ctx context.Context, id, caseID, subject, text string) (n casework.Note, err error) {
	err = s.write(ctx, "AddNote", func(tx *tx) error {
		text = strings.TrimSpace(text)
		if length := utf8.RuneCountInString(text); length == 0 || length > MaxNote {
			return field("text", "Skriv et notat på 1 til %d tegn.", MaxNote)
		}
		if _, err := tx.visibleCase(caseID); err != nil {
			return err
		}
		var known []noteRow
		if err := tx.Where("id = ?", id).Limit(1).Find(&known).Error; err != nil || len(known) > 0 {
			return err
		}
		n = casework.Note{ID: id, CaseID: caseID, ElementName: subject, Text: text, Author: tx.actor.ID, At: tx.at(caseID)}
		return tx.addNote(n)
	})
	return n, err
}

// Notes lists the notes of a case, latest first.
func (s *Store) Notes(ctx context.Context, caseID string, page casework.Page) (list casework.List[casework.Note], err error) {
	err = s.read(ctx, "Notes", func(tx *tx) error {
		list, err = listInCase(tx, caseID, page, "notes", tx.note, func(r noteRow) position { return position{Sort: "notes", At: &r.At, ID: r.ID} })
		return err
	})
	return list, err
}

// listInCase lists sealed rows of a case the actor may see, latest first.
func listInCase[R, T any](tx *tx, caseID string, page casework.Page, sort string, open func(R) (T, error), at func(R) position) (list casework.List[T], err error) {
	if _, err := tx.visibleCase(caseID); err != nil {
		return list, err
	}
	limit, err := limitOf(page)
	if err != nil {
		return list, err
	}
	after, err := positionOf(page.Cursor, sort)
	if err != nil {
		return list, err
	}
	var rows []R
	latestFirst := order{column: "at", id: "id", down: true}
	if err := latestFirst.page(tx.Where("case_id = ?", caseID), after, limit).Find(&rows).Error; err != nil {
		return list, err
	}
	return openList(listOf(rows, limit, func(r R) R { return r }, at), open)
}

// openList opens what is sealed in a list.
func openList[R, T any](rows casework.List[R], open func(R) (T, error)) (list casework.List[T], err error) {
	list.NextCursor = rows.NextCursor
	list.Items = make([]T, len(rows.Items))
	for i, row := range rows.Items {
		if list.Items[i], err = open(row); err != nil {
			return list, err
		}
	}
	return list, nil
}
