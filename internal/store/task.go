package store

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"gorm.io/gorm"

	"fasthold/internal/casework"
)

type taskWithCase struct {
	Row                    taskRow `gorm:"embedded"`
	Number, CompanyName    string
	ProcessID, ProcessName string
	Definition             string
	InstanceState          casework.InstanceState
}

func (r taskWithCase) view() casework.TaskView {
	return casework.TaskView{
		Task: r.Row.task(), InstanceID: r.Row.InstanceID, CaseID: r.Row.CaseID, CaseNumber: r.Number, CompanyName: r.CompanyName,
		ProcessID: r.ProcessID, ProcessName: cmp.Or(r.ProcessName, r.ProcessID),
		Suspended: r.InstanceState == casework.InstanceSuspended && r.Row.State == casework.TaskOpen,
	}
}

// tasksWithCases is the query behind both the list and the single task.
func (tx *tx) tasksWithCases() *gorm.DB {
	return tx.Table("tasks").
		Select("tasks.*, cases.number, cases.company_name, instances.process_id, instances.definition, instances.state AS instance_state, definitions.name AS process_name").
		Joins("JOIN instances ON instances.id = tasks.instance_id").
		Joins("LEFT JOIN cases ON cases.id = tasks.case_id").
		Joins("LEFT JOIN definitions ON definitions.process_id = instances.process_id AND definitions.version = instances.version")
}

// Task returns a task with what belongs beside it.
func (s *Store) Task(ctx context.Context, id string) (view casework.TaskView, err error) {
	err = s.read(ctx, "Task", func(tx *tx) error {
		var rows []taskWithCase
		query := tx.within(tx.tasksWithCases().Where("tasks.id = ?", id), "tasks.municipality")
		if err := query.Limit(1).Scan(&rows).Error; err != nil {
			return err
		}
		if len(rows) == 0 {
			return casework.Errorf(casework.NotFound, "Opgaven findes ikke.")
		}
		view = rows[0].view()
		view.Definition = rows[0].Definition
		view.Variables, err = tx.variablesSeenBy(view.InstanceID, view.Key)
		return err
	})
	return view, err
}

// variablesSeenBy gathers the variables of an instance that an element in it sees: its own hide those of the scopes around it.
func (tx *tx) variablesSeenBy(instance string, key int64) (json.RawMessage, error) {
	var scopes []string // the outermost first
	err := tx.Raw(`WITH RECURSIVE scopes (parent, variables, distance) AS (
			SELECT parent, variables, 0 FROM elements WHERE instance_id = @instance AND key = @key
			UNION ALL
			SELECT e.parent, e.variables, s.distance + 1 FROM scopes s JOIN elements e ON e.instance_id = @instance AND e.key = s.parent
		), known (variables, distance) AS (
			SELECT variables, distance FROM scopes WHERE variables <> ''
			UNION ALL
			SELECT variables, NULL FROM instances WHERE id = @instance
		)
		SELECT variables FROM known ORDER BY distance IS NOT NULL, distance DESC`,
		map[string]any{"instance": instance, "key": key}).Scan(&scopes).Error
	if err != nil || len(scopes) == 1 {
		return json.RawMessage(strings.Join(scopes, "")), err
	}
	seen := map[string]json.RawMessage{}
	for _, scope := range scopes {
		if err := json.Unmarshal([]byte(scope), &seen); err != nil {
			return nil, err
		}
	}
	return json.Marshal(seen)
}

// Tasks lists tasks, the open ones of suspended instances only where the filter names their case or instance. Its cost depends on the length
// of the part, not on how many tasks there are: every sort has an index that begins with what the query fixes, and where a query allows several
// values of that (states, municipalities), each is asked for and the answers merged.
func (s *Store) Tasks(ctx context.Context, f casework.TaskFilter) (list casework.List[casework.TaskView], err error) {
	err = s.read(ctx, "Tasks", func(tx *tx) error {
		search, err := newTaskSearch(f)
		if err != nil {
			return err
		}
		rows, err := tx.searchTasks(search)
		if err != nil {
			return err
		}
		list = listOf(rows, search.limit, taskWithCase.view, search.position)
		return nil
	})
	return list, err
}

// taskSearch is a filter that has been checked.
type taskSearch struct {
	casework.TaskFilter
	order
	after *position
	limit int
}

// taskOrders are the sorts, the way they run without "-". By priority and backwards is the highest first, and within a priority what is due first;
// the database keeps the priority turned round as the urgency, so that one index serves both.
var taskOrders = map[string]order{
	casework.SortDueAt:     {column: "tasks.due_at", id: "tasks.id"},
	casework.SortPriority:  {column: "tasks.urgency", second: "tasks.due_at", id: "tasks.id", down: true},
	casework.SortCreatedAt: {column: "tasks.created_at", id: "tasks.id"},
}

func newTaskSearch(f casework.TaskFilter) (search taskSearch, err error) {
	f.Sort = cmp.Or(f.Sort, casework.SortDueAt)
	name, reversed := strings.CutPrefix(f.Sort, "-")
	order, known := taskOrders[name]
	switch {
	case !known:
		return search, field("sort", "Sort by dueAt, priority or createdAt, with - before it for the other way.")
	case len(f.Text) > maxText:
		return search, field("text", "Search for at most %d letters.", maxText)
	case !slices.Contains([]casework.TaskState{"", casework.TaskOpen, casework.TaskCompleted, casework.TaskCanceled}, f.State):
		return search, field("state", "A task is open, completed or canceled.")
	}
	if f.Overdue {
		f.State = cmp.Or(f.State, casework.TaskOpen)
	}
	order.down = order.down != reversed
	search = taskSearch{TaskFilter: f, order: order}
	if search.limit, err = limitOf(f.Page); err != nil {
		return search, err
	}
	search.after, err = positionOf(f.Cursor, f.Sort)
	return search, err
}

func (q taskSearch) position(r taskWithCase) position {
	p := position{Sort: q.Sort, ID: r.Row.ID}
	switch q.column {
	case "tasks.urgency":
		urgency := -int64(r.Row.Priority)
		p.Number, p.At = &urgency, &r.Row.DueAt
	case "tasks.created_at":
		p.At = &r.Row.CreatedAt
	default:
		p.At = &r.Row.DueAt
	}
	return p
}

// compare orders rows as the database does.
func (q taskSearch) compare(a, b taskWithCase) int {
	var c int
	switch q.column {
	case "tasks.urgency":
		c = cmp.Or(cmp.Compare(b.Row.Priority, a.Row.Priority), a.Row.DueAt.Compare(b.Row.DueAt))
	case "tasks.created_at":
		c = a.Row.CreatedAt.Compare(b.Row.CreatedAt)
	default:
		c = a.Row.DueAt.Compare(b.Row.DueAt)
	}
	if c = cmp.Or(c, strings.Compare(a.Row.ID, b.Row.ID)); q.down {
		return -c
	}
	return c
}

// searchTasks asks for each state in each municipality that the actor sees, and merges.
func (tx *tx) searchTasks(q taskSearch) ([]taskWithCase, error) {
	states := []casework.TaskState{q.State}
	if q.State == "" {
		states = []casework.TaskState{casework.TaskOpen, casework.TaskCompleted, casework.TaskCanceled}
	}
	var rows []taskWithCase
	for _, state := range states {
		query := func() *gorm.DB { return tx.tasksLike(q).Where("tasks.state = ?", state) }
		for _, part := range tx.parts(query, q.narrow()) {
			var found []taskWithCase
			if err := q.page(part, q.after, q.limit).Scan(&found).Error; err != nil {
				return nil, err
			}
			rows = append(rows, found...)
		}
	}
	slices.SortFunc(rows, q.compare)
	return rows[:min(len(rows), q.limit+1)], nil
}

// narrow reports whether a filter leaves few tasks whatever the municipality.
func (q taskSearch) narrow() bool {
	return q.Assignee != "" || q.CaseID != "" || q.Instance != "" || q.WithoutCase
}

// parts splits a query by the municipalities the actor sees. A narrow one is not split, and must not be tempted to read a municipality's
// tasks by an index of those, hence the expression.
func (tx *tx) parts(query func() *gorm.DB, narrow bool) []*gorm.DB {
	switch {
	case tx.actor.Municipality == "":
		return []*gorm.DB{query()}
	case narrow:
		return []*gorm.DB{tx.within(query(), "tasks.municipality || ''")}
	default:
		return []*gorm.DB{query().Where("tasks.municipality = ''"), query().Where("tasks.municipality = ?", tx.actor.Municipality)}
	}
}

func (tx *tx) tasksLike(q taskSearch) *gorm.DB {
	query := tx.tasksWithCases()
	for _, condition := range []struct{ column, value string }{
		{"tasks.case_id", q.CaseID}, {"tasks.instance_id", q.Instance}, {"tasks.element_id", q.Element}, {"tasks.assignee", q.Assignee},
	} {
		if condition.value != "" {
			query = query.Where(condition.column+" = ?", condition.value)
		}
	}
	if q.CaseID == "" && q.Instance == "" {
		query = query.Where("(tasks.state <> ? OR instances.state <> ?)", casework.TaskOpen, casework.InstanceSuspended)
	}
	if q.WithoutCase {
		query = query.Where("tasks.case_id = ''")
	}
	if q.Overdue {
		query = query.Where("tasks.due_at < ?", tx.now)
	}
	if q.DueBefore != nil {
		query = query.Where("tasks.due_at < ?", stamp(*q.DueBefore))
	}
	if q.Text != "" {
		text := strings.ToLower(q.Text)
		query = query.Where("("+tx.holds("tasks.search")+" OR "+tx.holds("cases.search")+")", text, text)
	}
	return tx.candidates(query, q.Groups)
}

// candidates narrows to tasks of at least one of the groups. The names are kept as a JSON list, so a name with its quotes is found only
// as a whole.
func (tx *tx) candidates(query *gorm.DB, groups []string) *gorm.DB {
	if len(groups) == 0 {
		return query
	}
	var conditions []string
	var names []any
	for _, group := range groups {
		quoted, _ := json.Marshal(group) // cannot fail: a text
		conditions = append(conditions, tx.holds("tasks.candidate_groups"))
		names = append(names, string(quoted))
	}
	return query.Where("("+strings.Join(conditions, " OR ")+")", names...)
}
