package store

import (
	"cmp"
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

type alertRow struct {
	ID, CaseID, Municipality string
	Audience                 casework.Audience
	Reason                   string
	At                       time.Time
	SeenAt                   *time.Time
}

// TableName returns the table.
func (alertRow) TableName() string { return "alerts" }

type alertWithCase struct {
	Row    alertRow `gorm:"embedded"`
	Number string
	Task   string
}

func (r alertWithCase) alert() casework.Alert {
	a := r.Row
	return casework.Alert{ID: a.ID, CaseID: a.CaseID, CaseNumber: r.Number, Audience: a.Audience, Reason: a.Reason, Task: r.Task, At: a.At, SeenAt: a.SeenAt}
}

// Alert calls somebody's attention to a case. An alert with a known id is none.
func (s *Store) Alert(ctx context.Context, a casework.Alert) error {
	return s.write(ctx, "Alert", func(tx *tx) error { return tx.alert(a) })
}

func (tx *tx) alert(a casework.Alert) error {
	c, err := tx.visibleCase(a.CaseID)
	if err != nil {
		return err
	}
	row := alertRow{a.ID, a.CaseID, c.Municipality, a.Audience, a.Reason, tx.at(a.CaseID), nil}
	saved := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if saved.Error != nil || saved.RowsAffected == 0 {
		return saved.Error
	}
	title := "Påmindelse til konsulenten"
	if a.Audience == casework.ForSupervisor {
		title = "Lederen er underrettet"
	}
	return tx.journal(a.CaseID, "alert", title, a.Reason)
}

// Alerts lists the unseen alerts, latest first: of the actor's own cases for a consultant, of the whole municipality for a supervisor.
func (s *Store) Alerts(ctx context.Context, audience casework.Audience, page casework.Page) (list casework.List[casework.Alert], err error) {
	err = s.read(ctx, "Alerts", func(tx *tx) error {
		limit, err := limitOf(page)
		if err != nil {
			return err
		}
		after, err := positionOf(page.Cursor, "alerts")
		if err != nil {
			return err
		}
		var rows []alertWithCase
		latestFirst := order{column: "alerts.at", id: "alerts.id", down: true}
		if err := latestFirst.page(tx.unseen(audience), after, limit).Scan(&rows).Error; err != nil {
			return err
		}
		list = listOf(rows, limit, alertWithCase.alert, func(r alertWithCase) position {
			return position{Sort: "alerts", At: &r.Row.At, ID: r.Row.ID}
		})
		return nil
	})
	return list, err
}

// aboutTask is the name of the task that an alert is about: the case's latest of the element that its reason names. It is looked up when the list is
// read, since the reminder of a task that was late from the start comes before the task.
const aboutTask = "COALESCE((SELECT name FROM tasks WHERE tasks.case_id = alerts.case_id AND tasks.element_id = alerts.reason ORDER BY created_at DESC, id LIMIT 1), '') AS task"

func (tx *tx) unseen(audience casework.Audience) *gorm.DB {
	query := tx.Table("alerts").Select("alerts.*, cases.number, "+aboutTask).Joins("JOIN cases ON cases.id = alerts.case_id").
		Where("alerts.audience = ? AND alerts.seen_at IS NULL", audience)
	if audience == casework.ForConsultant {
		query = query.Where("cases.consultant = ?", tx.actor.ID)
	}
	if tx.actor.Municipality != "" {
		query = query.Where("alerts.municipality = ?", tx.actor.Municipality)
	}
	return query
}

// SeeAlert takes an alert off the list.
func (s *Store) SeeAlert(ctx context.Context, id string) error {
	return s.write(ctx, "SeeAlert", func(tx *tx) error {
		var row alertRow
		if err := one(tx.within(tx.Where("id = ?", id), "municipality"), &row, "Påmindelsen findes ikke."); err != nil || row.SeenAt != nil {
			return err
		}
		if err := tx.Model(&row).Update("seen_at", tx.at(row.CaseID)).Error; err != nil {
			return err
		}
		return tx.journal(row.CaseID, "alert_seen", "Påmindelse set", row.Reason)
	})
}

type statusRow struct {
	ID, CaseID, Status string
	At                 time.Time
}

// TableName returns the table.
func (statusRow) TableName() string { return "status_events" }

// statusTitles say in the timeline what the integrator is told.
var statusTitles = map[string]string{"opened": "Status til integratoren: sagen er åbnet", "closed": "Status til integratoren: sagen er lukket"}

// TellStatus keeps a status event and puts it in the outbox for the integrator. An event with a known id is none.
func (s *Store) TellStatus(ctx context.Context, id, caseID, status string) error {
	return s.write(ctx, "TellStatus", func(tx *tx) error {
		if err := tx.lock("case|" + caseID); err != nil {
			return err
		}
		c, err := tx.visibleCase(caseID)
		if err != nil {
			return err
		}
		at := tx.at(caseID)
		saved := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&statusRow{id, caseID, status, at})
		if saved.Error != nil || saved.RowsAffected == 0 {
			return saved.Error
		}
		if err := tx.journal(caseID, "status", cmp.Or(statusTitles[status], "Status til integratoren: "+status), id); err != nil {
			return err
		}
		return tx.send("status|"+caseID, casework.OutboxStatus, casework.StatusEvent{ID: id, CaseID: caseID, CaseNumber: c.Number, Status: status, At: at})
	})
}
