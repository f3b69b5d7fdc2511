package store

import (
	"cmp"
	"context"

	"fasthold/internal/casework"
)

func (a *application) saveHistory() error {
	rows := make([]historyRow, len(a.p.History))
	for i, step := range a.p.History {
		rows[i] = rowOfStep(a.p, step)
	}
	if err := insert(a.DB, rows); err != nil {
		return err
	}
	return a.showHistory()
}

// showHistory copies what a caseworker wants to read in the timeline.
func (a *application) showHistory() error {
	if a.p.Instance.CaseID == "" {
		return nil
	}
	var rows []journalEntry
	for _, step := range a.p.History {
		if title := titleOf(step, a.p.Instance); title != "" {
			rows = append(rows, journalEntry{At: stamp(a.p.At), Actor: step.Actor, CaseID: a.p.Instance.CaseID, Kind: "process_" + step.Kind, Title: title, Ref: cmp.Or(reasonOf(step.Detail), a.row.ID)})
		}
	}
	return insert(a.DB, rows)
}

// titleOf says in the caseworker's words what a step means, "" for steps that only designers want to see.
func titleOf(s casework.Step, i casework.Instance) string {
	root := i.ParentID == ""
	switch {
	case s.Kind == "started" && i.RestartedFrom != "":
		return "Forløbet er sat i gang igen"
	case s.Kind == "modified":
		return "Forløbet er flyttet i hånden"
	case s.Kind == "variables" && reasonOf(s.Detail) != "":
		return "Oplysninger i forløbet er rettet"
	case s.Kind == "deadline" && reasonOf(s.Detail) != "":
		return "Frist flyttet: " + named(s)
	case s.Kind == "started" && root:
		return "Forløbet er sat i gang"
	case s.Kind == "ended" && root:
		return "Forløbet er slut"
	case s.Kind == "suspended" && root:
		return "Forløbet er sat i bero"
	case s.Kind == "resumed" && root:
		return "Forløbet fortsætter"
	case s.Kind == "migrated" && root && s.ElementID == i.ProcessID:
		return "Forløbet følger nu en ny version"
	case s.Kind == "completed" && s.Type == "userTask":
		return "Opgave løst: " + s.Name
	case s.Kind == "canceled" && s.Type == "userTask":
		return "Opgave bortfaldet: " + s.Name
	case s.Kind == "timer" && s.Name != "":
		return "Frist nået: " + s.Name
	case s.Kind == "message" && s.Name != "":
		return "Besked modtaget: " + s.Name
	case s.Kind == "escalation" && s.Name != "":
		return "Eskaleret: " + s.Name
	case s.Kind == "compensation" && s.Name != "":
		return "Føres tilbage: " + s.Name
	case s.Kind == "cancellation" && s.Name != "":
		return "Fortrudt: " + s.Name
	case s.Kind == "incident":
		return "Forløbet er gået i stå: " + named(s)
	case s.Kind == "resolved":
		return "Forløbet er i gang igen: " + named(s)
	default:
		return ""
	}
}

func named(s casework.Step) string {
	if s.Name != "" {
		return s.Name
	}
	return s.ElementID
}

// History returns the steps of an instance in the order they were taken.
func (s *Store) History(ctx context.Context, instanceID string, page casework.Page) (list casework.List[casework.HistoryEntry], err error) {
	err = s.read(ctx, "History", func(tx *tx) error {
		if _, err := tx.visibleInstance(instanceID); err != nil {
			return err
		}
		limit, err := limitOf(page)
		if err != nil {
			return err
		}
		after, err := positionOf(page.Cursor, "history")
		if err != nil {
			return err
		}
		query := tx.Where("instance_id = ?", instanceID)
		if after != nil {
			query = query.Where("id > ?", *after.Number)
		}
		var rows []historyRow
		if err := query.Order("id").Limit(limit + 1).Find(&rows).Error; err != nil {
			return err
		}
		list = listOf(rows, limit, historyRow.entry, func(r historyRow) position { return position{Sort: "history", Number: &r.ID} })
		return tx.tellReasons(list.Items)
	})
	return list, err
}
