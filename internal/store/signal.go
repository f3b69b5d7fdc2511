package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"fasthold/internal/casework"
)

type startSignalRow struct{ Name, ProcessID string }

// TableName returns the table.
func (startSignalRow) TableName() string { return "start_signals" }

// replaceStartSignals lets signals start the latest version only.
func (tx *tx) replaceStartSignals(p casework.ProcessDefinition) error {
	if err := tx.Where("process_id = ?", p.ProcessID).Delete(&startSignalRow{}).Error; err != nil {
		return err
	}
	names := slices.Clone(p.StartSignals)
	slices.Sort(names)
	var rows []startSignalRow
	for _, name := range slices.Compact(names) {
		rows = append(rows, startSignalRow{name, p.ProcessID})
	}
	return insert(tx.DB, rows)
}

// Broadcast gives a signal to every instance in which something waits for it, and starts the latest version of every process that begins
// with it. Nothing is kept: what waits later does not get it.
func (s *Store) Broadcast(ctx context.Context, signal casework.Signal) error {
	return s.write(ctx, "Broadcast", func(tx *tx) error {
		if err := checkSignal(signal); err != nil {
			return err
		}
		return tx.broadcast(signal, "")
	})
}

func checkSignal(s casework.Signal) error {
	var object map[string]json.RawMessage
	switch {
	case s.Name == "" || len(s.Name) > maxMessageName:
		return field("name", "Name the signal, with at most %d letters.", maxMessageName)
	case len(s.ID) > maxMessageName:
		return field("signalId", "The signal id has at most %d letters.", maxMessageName)
	case len(s.Variables) > maxVariables || len(s.Variables) > 0 && json.Unmarshal(s.Variables, &object) != nil:
		return field("variables", "The variables are one JSON object of at most 256 kB.")
	default:
		return nil
	}
}

// broadcast sends a signal on its ways, but not to the instance that threw it.
func (tx *tx) broadcast(s casework.Signal, thrower string) error {
	if s.ID == "" {
		s.ID = uuid.NewString()
	}
	var waiting []string
	found := tx.Model(&subscriptionRow{}).Distinct("instance_id").Where("signal AND name = ? AND instance_id <> ?", s.Name, thrower).
		Order("instance_id").Pluck("instance_id", &waiting)
	if found.Error != nil {
		return found.Error
	}
	for _, instance := range waiting {
		if err := tx.send(instance, casework.OutboxSignal, casework.SignalRequest{InstanceID: instance, Signal: s}); err != nil {
			return err
		}
	}
	var starts []startSignalRow
	if err := tx.Where("name = ?", s.Name).Order("process_id").Find(&starts).Error; err != nil {
		return err
	}
	for _, start := range starts {
		id := signaledInstance(start.ProcessID, s)
		request := casework.StartRequest{InstanceID: id, ProcessID: start.ProcessID, Signal: s.Name, Variables: json.RawMessage(objectText(s.Variables))}
		if err := tx.send(id, casework.OutboxStart, request); err != nil {
			return err
		}
	}
	return nil
}

// signaledInstance is the id of the instance that a signal starts: the same for the same signal.
func signaledInstance(processID string, s casework.Signal) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s", processID, s.Name, s.ID))
	return "pi-" + hex.EncodeToString(sum[:16])
}

// broadcastSignals sends out what the instance threw.
func (a *application) broadcastSignals() error {
	for _, s := range a.p.Signals {
		if err := a.broadcast(s, a.row.ID); err != nil {
			return err
		}
	}
	return nil
}
