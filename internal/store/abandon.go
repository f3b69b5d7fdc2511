package store

import (
	"context"
	"encoding/json"

	"fasthold/internal/casework"
)

// Running returns those of the instances that have not ended as far as the store knows.
func (s *Store) Running(ctx context.Context, ids []string) (running []string, err error) {
	err = s.read(ctx, "Running", func(tx *tx) error {
		over := []casework.InstanceState{casework.InstanceCompleted, casework.InstanceCanceled}
		return tx.Model(&instanceRow{}).Where("id IN ? AND state NOT IN ?", ids, over).Order("id").Pluck("id", &running).Error
	})
	return running, err
}

// Abandon ends an instance whose workflow was ended from outside and so could not say it itself: its tasks and timers are canceled, and the
// history tells how. One that has ended stays as it is. Should the workflow be reset and go on, its next projection writes everything anew.
func (s *Store) Abandon(ctx context.Context, instanceID, how string) error {
	return s.write(ctx, "Abandon", func(tx *tx) error {
		row, err := tx.storedInstance(instanceID)
		if err != nil || row.ID == "" {
			return err
		}
		if err := tx.lockProjection(row.abandoned(tx, how)); err != nil {
			return err
		}
		if row, err = tx.storedInstance(instanceID); err != nil || !row.State.Open() {
			return err
		}
		p := row.abandoned(tx, how)
		a := application{tx, p, row, rowOfInstance(p, row.Municipality)}
		a.row.Confirmed, a.row.WrittenAt = p.Sequence, tx.now
		return a.run()
	})
}

// abandoned is the projection that the workflow of an instance would have written of its end.
func (r instanceRow) abandoned(tx *tx, how string) casework.Projection {
	i := r.instance()
	i.State, i.EndedAt = casework.InstanceCanceled, &tx.now
	detail, _ := json.Marshal(map[string]string{"text": how})
	return casework.Projection{Instance: i, Sequence: r.Sequence + 1, At: tx.now, Whole: true,
		History: []casework.Step{{Kind: "ended", ElementID: i.ProcessID, Type: "process", Detail: detail}}}
}
