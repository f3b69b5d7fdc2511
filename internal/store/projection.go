package store

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

const (
	batch = 100  // rows that one statement inserts
	group = 1000 // rows that one statement names by their keys
)

// Apply takes over what an instance's workflow did. A projection that has been applied is ignored, so that it may come twice. A completed
// task's answer becomes case data, a new subscription gets the messages that wait for it, all in the same transaction. With Whole set, what
// the store has open besides is gone: that rebuilds an instance. One that does not follow what was applied last is not applied.
func (s *Store) Apply(ctx context.Context, p casework.Projection) (applied casework.Applied, err error) {
	err = s.write(casework.WithTime(ctx, p.At), "Apply", func(tx *tx) error {
		applied = casework.Applied{}
		if err := tx.lockProjection(p); err != nil {
			return err
		}
		before, err := tx.storedInstance(p.Instance.ID)
		if err != nil || p.Sequence <= before.Sequence && p.Digest == before.Digest {
			return err
		}
		if p.Sequence <= before.Sequence || p.Before != before.Digest && !p.Whole {
			applied = casework.Applied{Diverged: true, Sequence: before.Sequence}
			return nil
		}
		a := application{tx, p, before, rowOfInstance(p, "")}
		a.row.Confirmed, a.row.WrittenAt = before.Confirmed, tx.now
		return a.run()
	})
	return applied, err
}

// lockProjection locks whatever another transaction could decide on at the same time: the instance, its case, and the messages that its
// subscriptions wait for or whose next one its end makes room for.
func (tx *tx) lockProjection(p casework.Projection) error {
	things := []string{"instance|" + p.Instance.ID}
	if p.Instance.CaseID != "" {
		things = append(things, "case|"+p.Instance.CaseID)
	}
	for _, s := range p.Subscriptions {
		if s.Signal {
			continue
		}
		things = append(things, messageLock(s.Name, s.CorrelationKey))
	}
	if !p.Instance.State.Open() {
		freed, err := tx.freedStarts(p.Instance.ID)
		if err != nil {
			return err
		}
		for _, f := range freed {
			things = append(things, messageLock(f.Name, f.CorrelationKey))
		}
	}
	return tx.lock(things...)
}

// storedInstance returns the instance as it is stored, the zero row when it is new.
func (tx *tx) storedInstance(id string) (row instanceRow, err error) {
	return row, tx.Where("id = ?", id).Limit(1).Find(&row).Error
}

// application is one projection on its way into the tables.
type application struct {
	*tx
	p      casework.Projection
	before instanceRow
	row    instanceRow
}

func (a *application) run() error {
	for _, step := range []func() error{
		a.joinCase, a.saveInstance, a.clearWhole, a.saveTasks, a.saveElements, a.saveTimers, a.saveIncidents, a.saveSubscriptions,
		a.saveHistory, a.end, a.showIncident, a.fileAnswers, a.endDrafts, a.correlateWaiting, a.releaseStart, a.broadcastSignals,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// joinCase takes the municipality from the case, and tells the case which instance runs it.
func (a *application) joinCase() error {
	if a.p.Instance.CaseID == "" {
		return nil
	}
	var c caseRow
	if err := a.Where("id = ?", a.p.Instance.CaseID).Limit(1).Find(&c).Error; err != nil || c.ID == "" {
		return err
	}
	a.row.Municipality = c.Municipality
	if goesOn := c.InstanceID != "" && c.InstanceID == a.p.Instance.RestartedFrom; c.InstanceID != "" && !goesOn || a.p.Instance.ParentID != "" {
		return nil
	}
	return a.Model(&c).Updates(map[string]any{"instance_id": a.row.ID, "started": true, "version": c.Version + 1}).Error
}

func (a *application) saveInstance() error {
	return a.Clauses(clause.OnConflict{UpdateAll: true}).Create(&a.row).Error
}

// clearWhole makes room for everything that is open.
func (a *application) clearWhole() error {
	if !a.p.Whole {
		return nil
	}
	if err := a.clearOpen(); err != nil {
		return err
	}
	if err := a.forgetLost(); err != nil {
		return err
	}
	return a.eachUntold(a.Where("state = ?", casework.TaskOpen), func(tasks *gorm.DB) error { return a.cancel(tasks) })
}

// forgetLost deletes what lost projections said to have happened: history, and tasks that are not open now.
func (a *application) forgetLost() error {
	if a.p.Replaces == 0 {
		return nil
	}
	if err := a.Where("instance_id = ? AND sequence >= ?", a.row.ID, a.p.Replaces).Delete(&historyRow{}).Error; err != nil {
		return err
	}
	return a.eachUntold(a.Where("opened_in >= ?", a.p.Replaces), func(tasks *gorm.DB) error { return tasks.Delete(&taskRow{}).Error })
}

// eachUntold does something with those tasks of the instance that the projection does not tell of.
func (a *application) eachUntold(tasks *gorm.DB, do func(*gorm.DB) error) error {
	told := make(map[string]bool, len(a.p.Tasks))
	for _, t := range a.p.Tasks {
		told[t.ID] = true
	}
	var ids []string
	if err := tasks.Model(&taskRow{}).Where("instance_id = ?", a.row.ID).Order("id").Pluck("id", &ids).Error; err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return told[id] })
	return inParts(ids, func(ids []string) error { return do(a.Where("id IN ?", ids)) })
}

// inParts does something with a list, so much at a time as one statement takes.
func inParts[K any](all []K, do func([]K) error) error {
	for part := range slices.Chunk(all, group) {
		if err := do(part); err != nil {
			return err
		}
	}
	return nil
}

func (a *application) clearOpen() error {
	for _, rows := range []any{&elementRow{}, &timerRow{}, &subscriptionRow{}, &incidentRow{}} {
		if err := a.Where("instance_id = ?", a.row.ID).Delete(rows).Error; err != nil {
			return err
		}
	}
	return nil
}

func (a *application) cancel(tasks *gorm.DB) error {
	return tasks.Model(&taskRow{}).Updates(map[string]any{"state": casework.TaskCanceled, "ended_at": stamp(a.p.At)}).Error
}

// saveTasks takes open tasks as they are, and of ended ones how they ended: the rest of them stays as it was.
func (a *application) saveTasks() error {
	var open, ended []taskRow
	for _, t := range lastOf(a.p.Tasks, func(t casework.Task) string { return t.ID }) {
		row := rowOfTask(a.p, a.row.Municipality, t)
		if t.State == casework.TaskOpen {
			open = append(open, row)
		} else {
			ended = append(ended, row)
		}
	}
	if err := insert(a.Clauses(onTask("element_id", "name", "form", "state", "assignee", "owner", "candidate_groups", "candidate_users", "priority", "due_at", "follow_up_at",
		"ended_at", "ended_by", "municipality", "search")), open); err != nil {
		return err
	}
	return insert(a.Clauses(onTask("state", "ended_at", "ended_by")), ended)
}

// onTask says what of a task that is known already changes.
func onTask(columns ...string) clause.OnConflict {
	return clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns(columns)}
}

func (a *application) saveElements() error {
	var rows []elementRow
	var gone []int64
	for _, e := range lastOf(a.p.Elements, func(e casework.Element) int64 { return e.Key }) {
		if e.Gone {
			gone = append(gone, e.Key)
		} else {
			rows = append(rows, rowOfElement(a.row.ID, e))
		}
	}
	return replace(a, "key", gone, rows)
}

func (a *application) saveTimers() error {
	var rows []timerRow
	var gone []string
	for _, t := range lastOf(a.p.Timers, func(t casework.Timer) string { return t.ID }) {
		if t.Gone {
			gone = append(gone, t.ID)
		} else {
			rows = append(rows, rowOfTimer(a.row.ID, t))
		}
	}
	return replace(a, "id", gone, rows)
}

func (a *application) saveIncidents() error {
	var rows []incidentRow
	var gone []int64
	for _, i := range lastOf(a.p.Incidents, func(i casework.Incident) int64 { return i.Key }) {
		if i.Resolved {
			gone = append(gone, i.Key)
		} else {
			rows = append(rows, rowOfIncident(a.row.ID, a.row.Municipality, i))
		}
	}
	return replace(a, "key", gone, rows)
}

func (a *application) saveSubscriptions() error {
	var rows []subscriptionRow
	var gone []int64
	for _, s := range lastOf(a.p.Subscriptions, func(s casework.Subscription) int64 { return s.Key }) {
		if s.Gone {
			gone = append(gone, s.Key)
		} else {
			rows = append(rows, rowOfSubscription(a.p, s))
		}
	}
	return replace(a, "key", gone, rows)
}

// end leaves nothing open in an instance that has ended, whatever the workflow came to tell.
func (a *application) end() error {
	if a.row.State.Open() {
		return nil
	}
	if err := a.clearOpen(); err != nil {
		return err
	}
	return a.cancel(a.Where("instance_id = ? AND state = ?", a.row.ID, casework.TaskOpen))
}

// showIncident lets an active instance with an open incident show as such.
func (a *application) showIncident() error {
	if a.row.State != casework.InstanceActive || len(a.p.Incidents) == 0 && a.before.State != casework.InstanceIncident {
		return nil
	}
	var open []incidentRow
	if err := a.Where("instance_id = ?", a.row.ID).Limit(1).Find(&open).Error; err != nil || len(open) == 0 {
		return err
	}
	return a.Model(&instanceRow{}).Where("id = ?", a.row.ID).Update("state", casework.InstanceIncident).Error
}

// replace deletes the rows of an instance that are gone and saves the others.
func replace[R any, K int64 | string](a *application, key string, gone []K, rows []R) error {
	err := inParts(gone, func(gone []K) error {
		return a.Where("instance_id = ? AND "+key+" IN ?", a.row.ID, gone).Delete(new(R)).Error
	})
	if err != nil {
		return err
	}
	return insert(a.Clauses(clause.OnConflict{UpdateAll: true}), rows)
}

func insert[R any](db *gorm.DB, rows []R) error {
	if len(rows) == 0 {
		return nil
	}
	return db.CreateInBatches(rows, batch).Error
}

// lastOf keeps the last of those with the same key, in the order of their first.
func lastOf[T any, K comparable](list []T, key func(T) K) []T {
	at := make(map[K]int, len(list))
	var kept []T
	for _, item := range list {
		if i, seen := at[key(item)]; seen {
			kept[i] = item
			continue
		}
		at[key(item)] = len(kept)
		kept = append(kept, item)
	}
	return kept
}
