package store

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"fasthold/internal/casework"
)

const (
	noOutcome     = "Vælg, hvordan sagen slutter."
	alreadyClosed = "Sagen er allerede lukket."
)

// SetFacts lets the process change what the case page shows: change gets the facts as they are.
func (s *Store) SetFacts(ctx context.Context, caseID string, change func(*casework.Facts)) error {
	return s.change(ctx, "SetFacts", caseID, "facts_changed", "Sagens oplysninger er ændret", func(_ *tx, row *caseRow) error {
		facts, err := row.facts()
		if err != nil {
			return err
		}
		change(&facts)
		row.setFacts(facts)
		return nil
	})
}

// CloseCase lets the process close its case with an outcome, a code. Closing a closed case with the same outcome is nothing.
func (s *Store) CloseCase(ctx context.Context, caseID, outcome string) error {
	return s.write(ctx, "CloseCase", func(tx *tx) error {
		row, err := tx.caseToClose(caseID, outcome)
		if err != nil || row.State == casework.CaseClosed && row.Outcome == outcome {
			return err
		}
		return tx.closeCase(&row, outcome)
	})
}

// CloseByHand lets a person close an open case with an outcome, a code. Its process is told, and closes the case with letters and a status event
// (casework.Case.Closing until then); a case whose process has not begun, or has ended without closing it, is closed at once. A case that is closed
// or being closed is a Conflict.
func (s *Store) CloseByHand(ctx context.Context, caseID, outcome string) error {
	return s.write(ctx, "CloseByHand", func(tx *tx) error {
		row, err := tx.caseToClose(caseID, outcome)
		if err != nil {
			return err
		}
		running, err := tx.runs(row)
		switch {
		case err != nil:
			return err
		case row.State == casework.CaseClosed:
			return casework.Errorf(casework.Conflict, alreadyClosed)
		case !running:
			return tx.closeCase(&row, outcome)
		case row.Closing != "":
			return casework.Errorf(casework.Conflict, "Sagen er allerede ved at blive lukket.")
		default:
			return tx.askToClose(&row, outcome)
		}
	})
}

func (tx *tx) caseToClose(caseID, outcome string) (row caseRow, err error) {
	if outcome == "" {
		return row, field("outcome", noOutcome)
	}
	if err := tx.lock("case|" + caseID); err != nil {
		return row, err
	}
	return tx.visibleCase(caseID)
}

// runs reports whether the case has a process that goes on, or that has been asked for and will.
func (tx *tx) runs(row caseRow) (bool, error) {
	instance, err := tx.storedInstance(row.process())
	return row.Started && (instance.ID == "" || instance.State.Open()), err
}

func (tx *tx) closeCase(row *caseRow, outcome string) error {
	at := tx.at(row.ID)
	row.State, row.Outcome, row.Closing, row.ClosedAt = casework.CaseClosed, outcome, "", &at
	if err := tx.saveCase(row); err != nil {
		return err
	}
	return tx.journal(row.ID, "case_closed", "Sagen er lukket", outcome)
}

// askToClose writes down who closes the case, and tells the process.
func (tx *tx) askToClose(row *caseRow, outcome string) error {
	row.Closing = outcome
	if err := tx.saveCase(row); err != nil {
		return err
	}
	if err := tx.journal(row.ID, "case_closing", "Sagen bliver lukket", outcome); err != nil {
		return err
	}
	return tx.tellCase(*row, "case-closed", map[string]any{"outcome": outcome}, "")
}

// tellCase sends a message to the process of an open case that has been started. The id tells the process two messages apart; "" for a new one.
func (tx *tx) tellCase(row caseRow, name string, variables map[string]any, id string) error {
	if !row.Started || row.State != casework.CaseOpen {
		return nil
	}
	return tx.tell(row.process(), row.ID, name, variables, id)
}

// tellWholeCase sends a message to the process of an open case as tellCase does, and to every process that it has called and that has not ended.
func (tx *tx) tellWholeCase(row caseRow, name string, variables map[string]any) error {
	id := uuid.NewString()
	if err := tx.tellCase(row, name, variables, id); err != nil {
		return err
	}
	var called []instanceRow
	open := tx.Where("case_id = ? AND id <> ?", row.ID, row.process()).Where("state NOT IN ?", []casework.InstanceState{casework.InstanceCompleted, casework.InstanceCanceled})
	if err := open.Order("started_at, id").Find(&called).Error; err != nil {
		return err
	}
	for _, instance := range called {
		if err := tx.tell(instance.ID, row.ID, name, variables, id); err != nil {
			return err
		}
	}
	return nil
}

// tell sends a message about a case to an instance, in the instance's own stream.
func (tx *tx) tell(instance, caseID, name string, variables map[string]any, id string) error {
	text, err := json.Marshal(variables)
	if err != nil {
		return err
	}
	if id == "" {
		id = uuid.NewString()
	}
	return tx.send(instance, casework.OutboxMessage, casework.MessageRequest{
		InstanceID: instance, Name: name, CorrelationKey: caseID, Variables: text, MessageID: id, TTL: caseMessageTTL,
	})
}
