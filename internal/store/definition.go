package store

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

const noDefinition = "There is no such process definition; deploy it first."

type resourceRow struct {
	Hash  string `gorm:"primaryKey"`
	Bytes []byte
}

// TableName returns the table.
func (resourceRow) TableName() string { return "resources" }

type resourceVersionRow struct {
	Kind       casework.ResourceKind
	ID         string
	Version    int
	Name, Hash string
	DeployedAt time.Time
}

// TableName returns the table.
func (resourceVersionRow) TableName() string { return "resource_versions" }

func (r resourceVersionRow) resource() casework.Resource {
	return casework.Resource{Kind: r.Kind, ID: r.ID, Name: r.Name, Hash: r.Hash, Version: r.Version}
}

type definitionRow struct {
	ProcessID                string
	Version                  int
	Hash, Name, VersionTag   string
	Resources, StartMessages texts
	Latest                   bool
	DeployedAt               time.Time
	DeployedBy               string
}

// TableName returns the table.
func (definitionRow) TableName() string { return "definitions" }

func (r definitionRow) definition() casework.ProcessDefinition {
	return casework.ProcessDefinition{
		ProcessID: r.ProcessID, Name: r.Name, VersionTag: r.VersionTag, Hash: r.Hash, ResourceHashes: r.Resources, StartMessages: r.StartMessages,
		Version: r.Version, DeployedAt: r.DeployedAt, DeployedBy: r.DeployedBy,
	}
}

// Deploy adds definitions that have been checked. What is the same as the latest version of its id gets no new version. The timers of a process
// that gets one replace those of the version before; the others go on as they are.
func (s *Store) Deploy(ctx context.Context, resources []casework.Resource, processes []casework.ProcessDefinition, timers ...casework.StartTimer) (d casework.Deployment, err error) {
	err = s.write(ctx, "Deploy", func(tx *tx) error {
		d = casework.Deployment{ID: uuid.NewString(), At: tx.now}
		if err := tx.lock("deploy"); err != nil {
			return err
		}
		for _, r := range resources {
			deployed, err := tx.deployResource(r)
			if err != nil {
				return err
			}
			d.Resources = append(d.Resources, deployed)
		}
		for _, p := range processes {
			deployed, err := tx.deployProcess(p, timers)
			if err != nil {
				return err
			}
			d.Processes = append(d.Processes, deployed)
		}
		return tx.journal("", "deployed", "Procesdefinitioner taget i brug", d.ID)
	})
	return d, err
}

func (tx *tx) deployResource(r casework.Resource) (casework.Resource, error) {
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&resourceRow{r.Hash, r.Bytes}).Error; err != nil {
		return r, err
	}
	latest, err := tx.latestResource(r.Kind, r.ID)
	if err != nil || latest.Hash == r.Hash {
		return latest.resource(), err
	}
	row := resourceVersionRow{r.Kind, r.ID, latest.Version + 1, r.Name, r.Hash, tx.now}
	return row.resource(), tx.Create(&row).Error
}

// latestResource returns the zero row when there is none.
func (tx *tx) latestResource(kind casework.ResourceKind, id string) (row resourceVersionRow, err error) {
	return row, tx.Where("kind = ? AND id = ?", kind, id).Order("version DESC").Limit(1).Find(&row).Error
}

func (tx *tx) deployProcess(p casework.ProcessDefinition, timers []casework.StartTimer) (casework.ProcessDefinition, error) {
	var latest definitionRow
	if err := tx.Where("process_id = ? AND latest", p.ProcessID).Limit(1).Find(&latest).Error; err != nil {
		return p, err
	}
	if latest.Hash == p.Hash {
		return latest.definition(), nil
	}
	if err := tx.Model(&definitionRow{}).Where("process_id = ? AND latest", p.ProcessID).Update("latest", false).Error; err != nil {
		return p, err
	}
	row := definitionRow{
		ProcessID: p.ProcessID, Version: latest.Version + 1, Hash: p.Hash, Name: p.Name, VersionTag: p.VersionTag, Resources: p.ResourceHashes,
		StartMessages: p.StartMessages, Latest: true, DeployedAt: tx.now, DeployedBy: tx.actor.ID,
	}
	if err := tx.Create(&row).Error; err != nil {
		return p, err
	}
	if err := tx.replaceStartMessages(p); err != nil {
		return p, err
	}
	if err := tx.replaceStartSignals(p); err != nil {
		return p, err
	}
	return row.definition(), tx.replaceStartTimers(row, timers)
}

// replaceStartMessages lets messages start the latest version only.
func (tx *tx) replaceStartMessages(p casework.ProcessDefinition) error {
	if err := tx.Where("process_id = ?", p.ProcessID).Delete(&startMessageRow{}).Error; err != nil {
		return err
	}
	names := slices.Clone(p.StartMessages)
	slices.Sort(names)
	var rows []startMessageRow
	for _, name := range slices.Compact(names) {
		rows = append(rows, startMessageRow{name, p.ProcessID})
	}
	return insert(tx.DB, rows)
}

// Definition returns the definition with a hash; the highest version when several have it.
func (s *Store) Definition(ctx context.Context, hash string) (casework.ProcessDefinition, error) {
	return s.definition(ctx, "Definition", func(db *gorm.DB) *gorm.DB { return db.Where("hash = ?", hash).Order("version DESC") })
}

// LatestDefinition returns the latest version of a process.
func (s *Store) LatestDefinition(ctx context.Context, processID string) (casework.ProcessDefinition, error) {
	return s.definition(ctx, "LatestDefinition", func(db *gorm.DB) *gorm.DB { return db.Where("process_id = ? AND latest", processID) })
}

// DefinitionVersion returns one version of a process.
func (s *Store) DefinitionVersion(ctx context.Context, processID string, version int) (casework.ProcessDefinition, error) {
	return s.definition(ctx, "DefinitionVersion", func(db *gorm.DB) *gorm.DB {
		return db.Where("process_id = ? AND version = ?", processID, version)
	})
}

func (s *Store) definition(ctx context.Context, method string, which func(*gorm.DB) *gorm.DB) (d casework.ProcessDefinition, err error) {
	err = s.read(ctx, method, func(tx *tx) error {
		var row definitionRow
		err := one(which(tx.DB), &row, noDefinition)
		d = row.definition()
		return err
	})
	return d, err
}

// Definitions lists the latest version of every process, or every version of one, latest first.
func (s *Store) Definitions(ctx context.Context, processID string) (list []casework.ProcessDefinition, err error) {
	err = s.read(ctx, "Definitions", func(tx *tx) error {
		query := tx.Where("latest")
		if processID != "" {
			query = tx.Where("process_id = ?", processID)
		}
		list, err = all(query.Order("process_id, version DESC"), definitionRow.definition)
		return err
	})
	return list, err
}

// Resource returns a deployed file by its hash, with its bytes. One file that has several names has the first here.
func (s *Store) Resource(ctx context.Context, hash string) (casework.Resource, error) {
	return s.resource(ctx, "Resource", func(tx *tx, row *resourceVersionRow) error {
		return tx.Where("hash = ?", hash).Order("deployed_at, kind, id, version").Limit(1).Find(row).Error
	})
}

// LatestForm returns the latest version of a form, with its bytes.
func (s *Store) LatestForm(ctx context.Context, id string) (casework.Resource, error) {
	return s.latest(ctx, "LatestForm", casework.ResourceForm, id)
}

// LatestDecision returns the latest version of the file a decision is in, with its bytes.
func (s *Store) LatestDecision(ctx context.Context, id string) (casework.Resource, error) {
	return s.latest(ctx, "LatestDecision", casework.ResourceDMN, id)
}

func (s *Store) latest(ctx context.Context, method string, kind casework.ResourceKind, id string) (casework.Resource, error) {
	return s.resource(ctx, method, func(tx *tx, row *resourceVersionRow) (err error) {
		*row, err = tx.latestResource(kind, id)
		return err
	})
}

func (s *Store) resource(ctx context.Context, method string, find func(*tx, *resourceVersionRow) error) (r casework.Resource, err error) {
	err = s.read(ctx, method, func(tx *tx) error {
		var row resourceVersionRow
		if err := find(tx, &row); err != nil {
			return err
		}
		var content resourceRow
		if err := one(tx.Where("hash = ?", row.Hash), &content, "There is no such form, decision or file; deploy it first."); err != nil {
			return err
		}
		r = row.resource()
		r.Bytes = content.Bytes
		return nil
	})
	return r, err
}

// ElementStatistics counts the tokens and incidents of a definition's running instances per element, by element id.
func (s *Store) ElementStatistics(ctx context.Context, definition string) (list []casework.ElementStatistic, err error) {
	err = s.read(ctx, "ElementStatistics", func(tx *tx) error {
		running := []casework.InstanceState{casework.InstanceActive, casework.InstanceSuspended, casework.InstanceIncident}
		instances := tx.within(tx.Model(&instanceRow{}).Select("id").Where("definition = ? AND state IN ?", definition, running), "municipality")
		return tx.Model(&elementRow{}).
			Select("elements.element_id, count(*) AS tokens, count(incidents.key) AS incidents").
			Joins("LEFT JOIN incidents ON incidents.instance_id = elements.instance_id AND incidents.key = elements.key").
			Where("elements.instance_id IN (?)", instances).
			Group("elements.element_id").Order("elements.element_id").Scan(&list).Error
	})
	return list, err
}
