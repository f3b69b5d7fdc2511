package store

import (
	"context"

	"gorm.io/gorm"

	"fasthold/internal/casework"
)

const noInstance = "Processen findes ikke."

// visibleInstance returns an instance the actor may see.
func (tx *tx) visibleInstance(id string) (row instanceRow, err error) {
	return row, one(tx.within(tx.Where("id = ?", id), "municipality"), &row, noInstance)
}

// Instance returns an instance with all that is open in it.
func (s *Store) Instance(ctx context.Context, id string) (view casework.InstanceView, err error) {
	err = s.read(ctx, "Instance", func(tx *tx) error {
		row, err := tx.visibleInstance(id)
		if err != nil {
			return err
		}
		view = casework.InstanceView{Instance: row.instance(), Sequence: row.Sequence}
		return tx.openIn(id, &view)
	})
	return view, err
}

func (tx *tx) openIn(id string, view *casework.InstanceView) (err error) {
	of := func() *gorm.DB { return tx.Where("instance_id = ?", id) }
	if view.Elements, err = all(of().Order("key"), elementRow.element); err != nil {
		return err
	}
	if view.Timers, err = all(of().Order("due_at, id"), timerRow.timer); err != nil {
		return err
	}
	if view.Subscriptions, err = all(of().Order("key"), subscriptionRow.subscription); err != nil {
		return err
	}
	view.Incidents, err = all(of().Order("raised_at, key"), incidentRow.incident)
	return err
}

// all reads every row of a query.
func all[R, T any](db *gorm.DB, item func(R) T) ([]T, error) {
	var rows []R
	if err := db.Find(&rows).Error; err != nil {
		return nil, err
	}
	items := make([]T, len(rows))
	for i, row := range rows {
		items[i] = item(row)
	}
	return items, nil
}

// Instances lists instances, newest first.
func (s *Store) Instances(ctx context.Context, f casework.InstanceFilter) (list casework.List[casework.Instance], err error) {
	err = s.read(ctx, "Instances", func(tx *tx) error {
		limit, err := limitOf(f.Page)
		if err != nil {
			return err
		}
		after, err := positionOf(f.Cursor, "instances")
		if err != nil {
			return err
		}
		var rows []instanceRow
		newestFirst := order{column: "started_at", id: "id", down: true}
		if err := newestFirst.page(tx.instancesLike(f), after, limit).Find(&rows).Error; err != nil {
			return err
		}
		list = listOf(rows, limit, instanceRow.instance, func(r instanceRow) position {
			return position{Sort: "instances", At: &r.StartedAt, ID: r.ID}
		})
		return nil
	})
	return list, err
}

func (tx *tx) instancesLike(f casework.InstanceFilter) *gorm.DB {
	query := tx.within(tx.DB, "municipality")
	for _, condition := range []struct{ column, value string }{
		{"process_id", f.ProcessID}, {"state", string(f.State)}, {"case_id", f.CaseID}, {"parent_id", f.ParentID},
	} {
		if condition.value != "" {
			query = query.Where(condition.column+" = ?", condition.value)
		}
	}
	return query
}

type incidentWithCase struct {
	Row                                    incidentRow `gorm:"embedded"`
	CaseID, Number, ProcessID, ElementName string
}

func (r incidentWithCase) view() casework.IncidentView {
	return casework.IncidentView{
		Incident: r.Row.incident(), ElementName: r.ElementName, InstanceID: r.Row.InstanceID, CaseID: r.CaseID, CaseNumber: r.Number, ProcessID: r.ProcessID,
	}
}

// Incidents lists what cannot go on, the longest standing first.
func (s *Store) Incidents(ctx context.Context, page casework.Page) (list casework.List[casework.IncidentView], err error) {
	err = s.read(ctx, "Incidents", func(tx *tx) error {
		limit, err := limitOf(page)
		if err != nil {
			return err
		}
		after, err := positionOf(page.Cursor, "incidents")
		if err != nil {
			return err
		}
		query := tx.within(tx.Table("incidents"), "incidents.municipality").
			Select("incidents.*, instances.case_id, cases.number, instances.process_id, elements.name AS element_name").
			Joins("JOIN instances ON instances.id = incidents.instance_id").
			Joins("LEFT JOIN elements ON elements.instance_id = incidents.instance_id AND elements.key = incidents.key").
			Joins("LEFT JOIN cases ON cases.id = instances.case_id")
		if after != nil {
			query = query.Where("(incidents.raised_at, incidents.instance_id, incidents.key) > (?, ?, ?)", after.At, after.ID, after.Key)
		}
		var rows []incidentWithCase
		if err := query.Order("incidents.raised_at, incidents.instance_id, incidents.key").Limit(limit + 1).Scan(&rows).Error; err != nil {
			return err
		}
		list = listOf(rows, limit, incidentWithCase.view, func(r incidentWithCase) position {
			return position{Sort: "incidents", At: &r.Row.RaisedAt, ID: r.Row.InstanceID, Key: r.Row.Key}
		})
		return nil
	})
	return list, err
}
