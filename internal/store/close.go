package store

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"fasthold/internal/casework"
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

// CloseCase closes a case with its outcome, a code. Closing a closed case with the same outcome is nothing.
func (s *Store) CloseCase(ctx context.Context, caseID, outcome string) error {
	return s.write(ctx, "CloseCase", func(tx *tx) error {
		if outcome == "" {
			return field("outcome", "A case is closed with an outcome.")
		}
		if err := tx.lock("case|" + caseID); err != nil {
			return err
		}
		row, err := tx.visibleCase(caseID)
		if err != nil || row.State == casework.CaseClosed && row.Outcome == outcome {
			return err
		}
		return tx.closeCase(&row, outcome)
	})
}

func (tx *tx) closeCase(row *caseRow, outcome string) error {
	row.State, row.Outcome, row.ClosedAt = casework.CaseClosed, outcome, &tx.now
	if err := tx.saveCase(row); err != nil {
		return err
	}
	return tx.journal(row.ID, "case_closed", "Sagen er lukket", outcome)
}

// tellCase sends a message to the process of an open case that has been started. The id tells the process two messages apart; "" for a new one.
func (tx *tx) tellCase(row caseRow, name string, variables map[string]any, id string) error {
	if !row.Started || row.State != casework.CaseOpen {
		return nil
	}
	text, err := json.Marshal(variables)
	if err != nil {
		return err
	}
	if id == "" {
		id = uuid.NewString()
	}
	return tx.send(row.ID, casework.OutboxMessage, casework.MessageRequest{
		InstanceID: row.ID, Name: name, CorrelationKey: row.ID, Variables: text, MessageID: id, TTL: caseMessageTTL,
	})
}
