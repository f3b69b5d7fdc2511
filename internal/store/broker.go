package store

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

// Bounds of a published message.
const (
	maxMessageName = 200
	maxVariables   = 256 << 10
	maxTTL         = 366 * 24 * time.Hour
)

type messageRow struct {
	ID                              int64
	Name, CorrelationKey, MessageID string
	Variables                       string
	ExpiresAt                       time.Time
}

// TableName returns the table.
func (messageRow) TableName() string { return "messages" }

type correlationRow struct {
	Message   int64  `gorm:"primaryKey;autoIncrement:false"`
	ProcessID string `gorm:"primaryKey"`
}

// TableName returns the table.
func (correlationRow) TableName() string { return "message_correlations" }

type startMessageRow struct{ Name, ProcessID string }

// TableName returns the table.
func (startMessageRow) TableName() string { return "start_messages" }

type messageStartRow struct{ ProcessID, CorrelationKey, InstanceID, Name string }

// TableName returns the table.
func (messageStartRow) TableName() string { return "message_starts" }

// messageLock is what publishing a message and opening a subscription for it both lock: neither may miss the other. Some messages share
// one, for PostgreSQL has room for a few thousand locks and an instance can wait for ten thousand messages.
func messageLock(name, key string) string {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(name + "|" + key))
	return fmt.Sprint("message|", sum.Sum32()%messageLocks)
}

const messageLocks = 1024

// Publish gives a message to whoever waits for it, as Camunda 8 does: to one subscription of every process that has some with its name and
// correlation key, the longest waiting, and to the message start events of latest versions, but for a correlation key whose instance
// is still running. For its time to live it waits for processes that have not had it yet; for that long, too, the same message
// (name, key and ID) published again is none.
func (s *Store) Publish(ctx context.Context, m casework.Message) error {
	return s.write(ctx, "Publish", func(tx *tx) error {
		if err := checkMessage(m); err != nil {
			return err
		}
		if err := tx.lock(messageLock(m.Name, m.CorrelationKey)); err != nil {
			return err
		}
		row := messageRow{0, m.Name, m.CorrelationKey, m.ID, objectText(m.Variables), tx.now.Add(m.TTL)}
		if repeated, err := tx.buffer(&row); repeated || err != nil {
			return err
		}
		had, err := tx.correlateSubscriptions(row)
		if err != nil {
			return err
		}
		return tx.correlateStarts(row, had)
	})
}

func checkMessage(m casework.Message) error {
	var object map[string]json.RawMessage
	switch {
	case m.Name == "" || len(m.Name) > maxMessageName:
		return field("name", "Name the message, with at most %d letters.", maxMessageName)
	case len(m.CorrelationKey) > maxMessageName || len(m.ID) > maxMessageName:
		return field("correlationKey", "The correlation key and the message id have at most %d letters.", maxMessageName)
	case m.TTL < 0 || m.TTL > maxTTL:
		return field("timeToLive", "A message lives for at most 366 days, and not less than none.")
	case len(m.Variables) > maxVariables || len(m.Variables) > 0 && json.Unmarshal(m.Variables, &object) != nil:
		return field("variables", "The variables are one JSON object of at most 256 kB.")
	default:
		return nil
	}
}

// buffer keeps a message for its time to live, and tells whether it is there already.
func (tx *tx) buffer(m *messageRow) (repeated bool, err error) {
	if !m.ExpiresAt.After(tx.now) {
		return false, nil
	}
	if m.MessageID != "" {
		var known messageRow
		err := tx.Where("name = ? AND correlation_key = ? AND message_id = ?", m.Name, m.CorrelationKey, m.MessageID).Limit(1).Find(&known).Error
		if err != nil || known.ExpiresAt.After(tx.now) {
			return true, err
		}
		if known.ID != 0 {
			if err := tx.Delete(&known).Error; err != nil {
				return false, err
			}
		}
	}
	return false, tx.Create(m).Error
}

// correlateSubscriptions gives a message to the longest waiting subscription of each process, and tells which processes had it.
func (tx *tx) correlateSubscriptions(m messageRow) (had map[string]bool, err error) {
	var open []subscriptionRow
	found := tx.Where("name = ? AND correlation_key = ? AND NOT signal", m.Name, m.CorrelationKey).Order("opened_at, instance_id, key").Find(&open)
	if found.Error != nil {
		return nil, found.Error
	}
	had = map[string]bool{}
	for _, subscription := range open {
		if had[subscription.ProcessID] {
			continue
		}
		had[subscription.ProcessID] = true
		if err := tx.correlate(m, subscription); err != nil {
			return nil, err
		}
	}
	return had, nil
}

func (tx *tx) correlate(m messageRow, s subscriptionRow) error {
	if err := tx.markCorrelated(m, s.ProcessID); err != nil {
		return err
	}
	return tx.send(s.InstanceID, casework.OutboxMessage, casework.MessageRequest{
		InstanceID: s.InstanceID, ElementKey: s.Key, Name: m.Name, CorrelationKey: m.CorrelationKey, Variables: json.RawMessage(m.Variables),
		MessageID: m.identity(), TTL: max(m.ExpiresAt.Sub(tx.now), 0),
	})
}

// identity tells an instance two messages apart.
func (m messageRow) identity() string {
	if m.MessageID != "" {
		return m.MessageID
	}
	return uuid.NewString()
}

func (tx *tx) markCorrelated(m messageRow, processID string) error {
	if m.ID == 0 {
		return nil
	}
	return tx.Create(&correlationRow{m.ID, processID}).Error
}

// correlateStarts starts the processes that begin with the message and have not had it.
func (tx *tx) correlateStarts(m messageRow, had map[string]bool) error {
	var starts []startMessageRow
	if err := tx.Where("name = ?", m.Name).Order("process_id").Find(&starts).Error; err != nil {
		return err
	}
	for _, start := range starts {
		if had[start.ProcessID] {
			continue
		}
		if err := tx.startByMessage(m, start.ProcessID); err != nil {
			return err
		}
	}
	return nil
}

// startByMessage starts an instance, unless one with the same correlation key is running.
func (tx *tx) startByMessage(m messageRow, processID string) error {
	start := messageStartRow{processID, m.CorrelationKey, uuid.NewString(), m.Name}
	if m.CorrelationKey != "" {
		created := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&start)
		if created.Error != nil || created.RowsAffected == 0 {
			return created.Error
		}
	}
	if err := tx.markCorrelated(m, processID); err != nil {
		return err
	}
	return tx.send(start.InstanceID, casework.OutboxStart, casework.StartRequest{
		InstanceID: start.InstanceID, ProcessID: processID, Message: m.Name, MessageID: m.identity(), Key: m.CorrelationKey,
		Variables: json.RawMessage(m.Variables),
	})
}

// freedStarts returns what messages may start again when the instance has ended: its process, with the same correlation key.
func (tx *tx) freedStarts(instanceID string) (freed []messageStartRow, err error) {
	var mine []messageStartRow
	if err := tx.Where("instance_id = ?", instanceID).Find(&mine).Error; err != nil {
		return nil, err
	}
	for _, start := range mine {
		var names []startMessageRow
		if err := tx.Where("process_id = ?", start.ProcessID).Order("name").Find(&names).Error; err != nil {
			return nil, err
		}
		for _, n := range names {
			freed = append(freed, messageStartRow{start.ProcessID, start.CorrelationKey, instanceID, n.Name})
		}
	}
	return freed, nil
}

// correlateWaiting gives the oldest waiting message to each new subscription.
func (a *application) correlateWaiting() error {
	if !a.row.State.Open() {
		return nil
	}
	for _, s := range a.p.Subscriptions {
		if s.Gone || s.Signal {
			continue
		}
		waiting, err := a.waitingMessage([]string{s.Name}, s.CorrelationKey, a.p.Instance.ProcessID)
		if err != nil {
			return err
		}
		if waiting.ID == 0 {
			continue
		}
		if err := a.correlate(waiting, rowOfSubscription(a.p, s)); err != nil {
			return err
		}
	}
	return nil
}

// releaseStart lets the next waiting message start the process again after its instance for the same correlation key has ended.
func (a *application) releaseStart() error {
	if a.row.State.Open() {
		return nil
	}
	freed, err := a.freedStarts(a.row.ID)
	if err != nil || len(freed) == 0 {
		return err
	}
	if err := a.Where("instance_id = ?", a.row.ID).Delete(&messageStartRow{}).Error; err != nil {
		return err
	}
	var names []string
	for _, f := range freed {
		names = append(names, f.Name)
	}
	waiting, err := a.waitingMessage(slices.Compact(names), freed[0].CorrelationKey, freed[0].ProcessID)
	if err != nil || waiting.ID == 0 {
		return err
	}
	return a.startByMessage(waiting, freed[0].ProcessID)
}

// waitingMessage returns the oldest live message that the process has not had; the zero row when there is none.
func (tx *tx) waitingMessage(names []string, key, processID string) (m messageRow, err error) {
	return m, tx.Where("name IN ? AND correlation_key = ? AND expires_at > ?", names, key, tx.now).
		Where("NOT EXISTS (SELECT 1 FROM message_correlations AS c WHERE c.message = messages.id AND c.process_id = ?)", processID).
		Order("id").Limit(1).Find(&m).Error
}
