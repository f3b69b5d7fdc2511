package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
	"fasthold/internal/workday"
)

const noCase = "Sagen findes ikke."

// retentionProcess is the process that runs a case.
const retentionProcess = "retention"

type caseRow struct {
	ID, Number                              string
	State                                   casework.CaseState
	Outcome, Municipality                   string
	Bundle                                  *string
	CPRIndex                                string `gorm:"column:cpr_index"`
	CPR                                     []byte `gorm:"column:cpr"`
	CitizenName                             []byte
	CVR                                     string `gorm:"column:cvr"`
	PNumber                                 string
	SE                                      string `gorm:"column:se"`
	CompanyName                             string
	ContactName, ContactPhone, ContactEmail string
	Consultant, Facts, Search               string
	Started                                 bool // its process was asked for
	InstanceID                              string
	OpenedAt                                time.Time
	ClosedAt                                *time.Time
	Version                                 int
	Closing                                 string // see casework.Case
}

// TableName returns the table.
func (caseRow) TableName() string { return "cases" }

// process is the instance that runs the case: at first the one with its id, after a restart another.
func (r caseRow) process() string { return cmp.Or(r.InstanceID, r.ID) }

// newCase returns the row of a case that is opened now, with the next number of the year.
func (tx *tx) newCase() (caseRow, error) {
	number, err := tx.nextNumber(tx.now.In(workday.Zone()).Year())
	return caseRow{ID: uuid.NewString(), Number: number, State: casework.CaseOpen, OpenedAt: tx.now, Facts: "{}"}, err
}

type counterRow struct {
	Name  string `gorm:"primaryKey"`
	Value int64
}

// TableName returns the table.
func (counterRow) TableName() string { return "counters" }

// nextNumber counts the cases of a Danish year. A number is given only if the transaction ends well, so there is no gap.
func (tx *tx) nextNumber(year int) (string, error) {
	counter := counterRow{Name: fmt.Sprintf("case-%d", year), Value: 1}
	err := tx.Clauses(
		clause.OnConflict{
			Columns:   []clause.Column{{Name: "name"}},
			DoUpdates: clause.Assignments(map[string]any{"value": gorm.Expr("counters.value + 1")}),
		},
		clause.Returning{Columns: []clause.Column{{Name: "value"}}},
	).Create(&counter).Error
	return fmt.Sprintf("%d-%06d", year, counter.Value), err
}

// setCitizen seals the citizen into the row.
func (tx *tx) setCitizen(row *caseRow, c casework.Citizen) (err error) {
	if row.CPR, err = tx.sealText(row.ID, "cpr", c.CPR.Digits()); err != nil {
		return err
	}
	if row.CPRIndex, err = tx.cprIndex(c.CPR); err != nil {
		return err
	}
	row.CitizenName, err = tx.sealText(row.ID, "citizen_name", c.Name)
	return err
}

func (tx *tx) cprIndex(c casework.CPR) (string, error) {
	if c.IsZero() {
		return "", nil
	}
	return tx.box.Index("cpr", c.Digits())
}

func (tx *tx) citizenOf(row caseRow) (c casework.Citizen, err error) {
	digits, err := tx.openText(row.ID, "cpr", row.CPR)
	if err != nil {
		return c, err
	}
	if digits != "" {
		if c.CPR, err = casework.ParseCPR(digits); err != nil {
			return c, err
		}
	}
	c.Name, err = tx.openText(row.ID, "citizen_name", row.CitizenName)
	return c, err
}

func (row *caseRow) setCompany(c casework.Company) {
	row.CVR, row.PNumber, row.SE, row.CompanyName = c.CVR, c.PNumber, c.SE, c.Name
	row.ContactName, row.ContactPhone, row.ContactEmail = c.ContactName, c.ContactPhone, c.ContactEmail
}

func (row *caseRow) setFacts(f casework.Facts) {
	text, _ := json.Marshal(f) // cannot fail: texts, numbers and booleans
	row.Facts = string(text)
}

func (row caseRow) facts() (f casework.Facts, err error) {
	return f, json.Unmarshal([]byte(row.Facts), &f)
}

func (tx *tx) caseOf(row caseRow) (casework.Case, error) {
	citizen, err := tx.citizenOf(row)
	if err != nil {
		return casework.Case{}, err
	}
	facts, err := row.facts()
	c := casework.Case{
		ID: row.ID, Number: row.Number, State: row.State, Outcome: row.Outcome, Closing: row.Closing, Municipality: row.Municipality, Citizen: citizen,
		Company: casework.Company{
			CVR: row.CVR, PNumber: row.PNumber, SE: row.SE, Name: row.CompanyName,
			ContactName: row.ContactName, ContactPhone: row.ContactPhone, ContactEmail: row.ContactEmail,
		},
		Consultant: row.Consultant, Facts: facts, InstanceID: row.InstanceID, OpenedAt: row.OpenedAt, ClosedAt: row.ClosedAt, Version: row.Version,
	}
	if row.Bundle != nil {
		c.Bundle = *row.Bundle
	}
	return c, err
}

// saveCase writes a new or changed case and counts the change.
func (tx *tx) saveCase(row *caseRow) error {
	row.Version++
	row.Search = strings.ToLower(row.Number + " " + row.CompanyName + " " + row.CVR)
	return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(row).Error
}

// visibleCase returns a case the actor may see.
func (tx *tx) visibleCase(id string) (row caseRow, err error) {
	return row, one(tx.within(tx.Where("id = ?", id), "municipality"), &row, noCase)
}

// change loads a case the actor may see, locked, lets do change it, and saves it with a line in the journal. A case of another version than the
// context names is Stale.
func (s *Store) change(ctx context.Context, method, id, kind, title string, do func(*tx, *caseRow) error) error {
	return s.write(ctx, method, func(tx *tx) error {
		if err := tx.lock("case|" + id); err != nil {
			return err
		}
		row, err := tx.visibleCase(id)
		if err != nil {
			return err
		}
		if seen, ok := casework.VersionFrom(ctx); ok && seen != row.Version {
			return casework.Errorf(casework.Stale, "Sagen er ændret, siden du hentede den. Hent den igen.")
		}
		if err := do(tx, &row); err != nil {
			return err
		}
		if err := tx.saveCase(&row); err != nil {
			return err
		}
		return tx.journal(id, kind, title, "")
	})
}

// Case returns a case.
func (s *Store) Case(ctx context.Context, id string) (c casework.Case, err error) {
	err = s.read(ctx, "Case", func(tx *tx) error {
		row, err := tx.visibleCase(id)
		if err != nil {
			return err
		}
		c, err = tx.caseOf(row)
		return err
	})
	return c, err
}

// OpenCase opens a case by hand and asks for its process.
func (s *Store) OpenCase(ctx context.Context, n casework.NewCase) (c casework.Case, err error) {
	err = s.write(ctx, "OpenCase", func(tx *tx) error {
		if err := tx.checkNewCase(n); err != nil {
			return err
		}
		row, err := tx.newCase()
		if err != nil {
			return err
		}
		row.Municipality, row.Started = n.Municipality, true
		row.setCompany(n.Company)
		row.setFacts(n.Facts)
		if err := tx.setCitizen(&row, n.Citizen); err != nil {
			return err
		}
		if err := tx.recall(&row); err != nil {
			return err
		}
		if err := tx.saveCase(&row); err != nil {
			return err
		}
		if err := tx.journal(row.ID, "case_opened", "Sagen er oprettet", ""); err != nil {
			return err
		}
		if err := tx.startCase(row, "manual"); err != nil {
			return err
		}
		c, err = tx.caseOf(row)
		return err
	})
	return c, err
}

func (tx *tx) checkNewCase(n casework.NewCase) error {
	if tx.actor.Municipality != "" && n.Municipality != tx.actor.Municipality {
		return casework.Errorf(casework.Forbidden, "Du kan kun oprette sager i din egen kommune.")
	}
	if _, err := casework.ParseMunicipality(n.Municipality); err != nil {
		return field("municipality", "Vælg en kommune.")
	}
	if n.Citizen.CPR.IsZero() {
		return field("citizen/cpr", "Skriv den sygemeldtes CPR-nummer.")
	}
	if _, err := time.Parse(time.DateOnly, n.Facts.FirstAbsenceDay); err != nil {
		return field("firstAbsenceDay", "Skriv første fraværsdag som ÅÅÅÅ-MM-DD.")
	}
	return nil
}

// startCase asks for the process of a case. Its variables hold ids, dates, codes, numbers and booleans only.
func (tx *tx) startCase(row caseRow, trigger string) error {
	facts, err := row.facts()
	if err != nil {
		return err
	}
	variables, err := json.Marshal(map[string]any{
		"caseId": row.ID, "caseNumber": row.Number, "municipality": row.Municipality, "trigger": trigger,
		"openedOn": workday.DateOf(row.OpenedAt.In(workday.Zone())).String(), "firstAbsenceDay": facts.FirstAbsenceDay,
		"paidDuringSickness": facts.PaidDuringSickness, "expectedOver8Weeks": facts.ExpectedOver8Weeks,
		"section56": facts.Section56, "workInjury": facts.WorkInjury, "partialHoursPerWeek": facts.PartialHoursPerWeek,
	})
	if err != nil {
		return err
	}
	return tx.send(row.ID, casework.OutboxStart, casework.StartRequest{
		InstanceID: row.ID, ProcessID: retentionProcess, CaseID: row.ID, Variables: variables,
	})
}
