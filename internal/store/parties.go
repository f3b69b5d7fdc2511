package store

import (
	"context"

	"fasthold/internal/casework"
)

// ChangeNames changes the names and contact details of a case's parties. A case of another version than the context names is Stale.
func (s *Store) ChangeNames(ctx context.Context, caseID string, n casework.Names) error {
	return s.change(ctx, "ChangeNames", caseID, "parties_changed", "Navne og kontakt er ændret", func(tx *tx, row *caseRow) error {
		put(&row.CompanyName, n.Company)
		put(&row.ContactName, n.ContactName)
		put(&row.ContactPhone, n.ContactPhone)
		put(&row.ContactEmail, n.ContactEmail)
		if n.Citizen == nil {
			return nil
		}
		var err error
		row.CitizenName, err = tx.sealText(row.ID, "citizen_name", *n.Citizen)
		return err
	})
}

func put(field, told *string) {
	if told != nil {
		*field = *told
	}
}

// recall gives a case the names that are missing and that its municipality has been told in another case: the company's by its CVR number, the
// citizen's by their CPR number, each as the latest case has it.
func (tx *tx) recall(row *caseRow) error {
	if row.CompanyName == "" && row.CVR != "" {
		known, err := tx.latestCase(*row, "cvr = ? AND company_name <> ''", row.CVR)
		if err != nil {
			return err
		}
		row.CompanyName = known.CompanyName
	}
	if len(row.CitizenName) > 0 || row.CPRIndex == "" {
		return nil
	}
	known, err := tx.latestCase(*row, "cpr_index = ? AND length(citizen_name) > 0", row.CPRIndex)
	if err != nil || known.ID == "" {
		return err
	}
	name, err := tx.openText(known.ID, "citizen_name", known.CitizenName)
	if err != nil {
		return err
	}
	row.CitizenName, err = tx.sealText(row.ID, "citizen_name", name)
	return err
}

// latestCase returns the case of the municipality that was opened last and meets the condition, the zero row for none.
func (tx *tx) latestCase(row caseRow, condition string, value string) (known caseRow, err error) {
	return known, tx.Where(condition, value).Where("municipality = ? AND id <> ?", row.Municipality, row.ID).
		Order("opened_at DESC, id DESC").Limit(1).Find(&known).Error
}
