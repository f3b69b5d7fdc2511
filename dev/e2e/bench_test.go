package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/proto"

	"fasthold/internal/casework"
	"fasthold/internal/workday"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// steps is how many tasks a case of the benchmark has, each with a due time and a reminder timer.
const steps = 10

// byHand is the same case written directly for Temporal by somebody who knows it well: updates with validators, a reminder timer each, a
// projection of the same shape to the same store, the same search attributes.
func byHand(ctx workflow.Context, in workflows.Input) error {
	h := &hand{in: in, id: workflow.GetInfo(ctx).WorkflowExecution.ID, started: workflow.Now(ctx)}
	if err := h.open(ctx); err != nil {
		return err
	}
	options := workflow.UpdateHandlerOptions{Validator: h.check}
	if err := workflow.SetUpdateHandlerWithOptions(ctx, workflows.CompleteTaskUpdate, h.complete, options); err != nil {
		return err
	}
	return workflow.Await(ctx, func() bool { return h.step > steps && workflow.AllHandlersFinished(ctx) })
}

type hand struct {
	in       workflows.Input
	id       string
	started  time.Time
	step     int64
	sequence int64
	cancel   workflow.CancelFunc
	vars     map[string]json.RawMessage
}

func (h *hand) check(r workflows.Request) error {
	if r.Key != h.step {
		return temporal.NewNonRetryableApplicationError("not open", "conflict", nil)
	}
	return nil
}

func (h *hand) complete(ctx workflow.Context, r workflows.Request) (workflows.Reply, error) {
	if err := h.check(r); err != nil {
		return workflows.Reply{}, err
	}
	h.cancel()
	if err := json.Unmarshal(r.Variables, &h.vars); err != nil {
		return workflows.Reply{}, err
	}
	return workflows.Reply{Sequence: h.sequence + 1}, h.open(ctx)
}

// open closes the step before and opens the next one.
func (h *hand) open(ctx workflow.Context) error {
	now := workflow.Now(ctx)
	closed, p := h.step, casework.Projection{At: now}
	h.step++
	h.sequence++
	p.Sequence = h.sequence
	vars, err := json.Marshal(h.vars)
	if err != nil {
		return err
	}
	p.Instance = casework.Instance{ID: h.id, ProcessID: h.in.ProcessID, Version: 1, Definition: h.in.Definition, State: casework.InstanceActive,
		Variables: vars, StartedAt: h.started}
	if closed > 0 {
		name := fmt.Sprint("t", closed)
		p.Tasks = append(p.Tasks, casework.Task{ID: workflows.TaskID(h.id, closed), Key: closed, ElementID: name, Name: name, State: casework.TaskCompleted, CreatedAt: now, EndedAt: &now})
		p.Elements = append(p.Elements, casework.Element{Key: closed, Gone: true})
		p.Timers = append(p.Timers, casework.Timer{ID: workflows.TimerID(closed, 1), Key: closed, Gone: true})
		p.History = append(p.History, casework.Step{Kind: "completed", Key: closed, ElementID: name})
	}
	step, due := "", now.Add(7*24*time.Hour)
	if h.step <= steps {
		step = fmt.Sprint("t", h.step)
		p.Tasks = append(p.Tasks, casework.Task{ID: workflows.TaskID(h.id, h.step), Key: h.step, ElementID: step, Name: step, State: casework.TaskOpen, CreatedAt: now, DueAt: &due})
		p.Elements = append(p.Elements, casework.Element{Key: h.step, ElementID: step, Type: "userTask", State: "task", Since: now})
		p.Timers = append(p.Timers, casework.Timer{ID: workflows.TimerID(h.step, 1), Key: h.step, ElementID: "r" + step, DueAt: due})
		p.History = append(p.History, casework.Step{Kind: "entered", Key: h.step, ElementID: step})
		var timerCtx workflow.Context
		timerCtx, h.cancel = workflow.WithCancel(ctx)
		workflow.NewTimerWithOptions(timerCtx, 7*24*time.Hour, workflow.TimerOptions{Summary: "r" + step})
	} else {
		p.Instance.State, p.Instance.EndedAt = casework.InstanceCompleted, &now
	}
	if err := h.show(ctx, step, due); err != nil {
		return err
	}
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: 10 * time.Second, Summary: "project"})
	return workflow.ExecuteLocalActivity(ctx, casework.ProjectActivity, p).Get(ctx, nil)
}

func (h *hand) show(ctx workflow.Context, step string, due time.Time) error {
	updates := []temporal.SearchAttributeUpdate{workflows.StepAttribute.ValueSet(step)}
	if step == "" {
		updates = append(updates, workflows.DueAtAttribute.ValueUnset())
	} else {
		updates = append(updates, workflows.DueAtAttribute.ValueSet(due))
	}
	if h.sequence == 1 {
		updates = append(updates, workflows.ProcessAttribute.ValueSet(h.in.ProcessID), workflows.OverdueAttribute.ValueSet(false), workflows.IncidentAttribute.ValueSet(false))
	}
	return workflow.UpsertTypedSearchAttributes(ctx, updates...)
}

// tenTasks is the case of the benchmark as a definition.
func tenTasks() string {
	text, chain := "start s\n", "s"
	for i := 1; i <= steps; i++ {
		text += fmt.Sprintf("user t%d due=\"=now() + duration(\\\"P7D\\\")\"\nboundary r%d on=t%d duration=P7D noninterrupting\nend e%d\nr%d -> e%d\n", i, i, i, i, i, i)
		chain += fmt.Sprintf(" -> t%d", i)
	}
	return text + "end e\n" + chain + " -> e"
}

// BenchmarkCase runs the same case interpreted and written by hand, in turns, and reports what each costs and their ratios.
func BenchmarkCase(b *testing.B) {
	s := newSite(b)
	d := s.deploy("ten-tasks", tenTasks())
	queue := s.handWorker(b)
	var interpreted, written cost
	for b.Loop() {
		interpreted.add(s.measure(workflows.TaskQueue, workflows.ProcessWorkflow, d))
		written.add(s.measure(queue, "byHand", d))
	}
	n := float64(b.N)
	b.ReportMetric(float64(interpreted.events)/n, "events/case")
	b.ReportMetric(float64(interpreted.bytes)/n, "bytes/case")
	b.ReportMetric(interpreted.cpu.Seconds()*1e3/n, "cpu-ms/case")
	b.ReportMetric(interpreted.latency.Seconds()*1e3/n/steps, "ms/task")
	b.ReportMetric(float64(interpreted.events)/float64(written.events), "events-ratio")
	b.ReportMetric(float64(interpreted.bytes)/float64(written.bytes), "bytes-ratio")
	b.ReportMetric(interpreted.cpu.Seconds()/written.cpu.Seconds(), "cpu-ratio")
	b.ReportMetric(interpreted.latency.Seconds()/written.latency.Seconds(), "latency-ratio")
}

type cost struct {
	events, bytes int
	cpu, latency  time.Duration
}

func (c *cost) add(d cost) {
	c.events += d.events
	c.bytes += d.bytes
	c.cpu += d.cpu
	c.latency += d.latency
}

func (s *site) handWorker(b *testing.B) string {
	queue := "by-hand-" + uuid.NewString()
	w := sdkworker.New(s.client, queue, sdkworker.Options{})
	w.RegisterWorkflowWithOptions(byHand, workflow.RegisterOptions{Name: "byHand"})
	w.RegisterActivityWithOptions(func(ctx context.Context, p casework.Projection) (casework.Applied, error) {
		return s.store.Apply(ctx, p)
	},
		activity.RegisterOptions{Name: casework.ProjectActivity})
	require.NoError(b, w.Start())
	b.Cleanup(w.Stop)
	return queue
}

// measure runs one case: CPU is that of the whole process, server, worker and client together.
func (s *site) measure(queue, name string, d casework.ProcessDefinition) cost {
	ctx, before := s.t.Context(), cpuTime(s.t)
	id := "bench-" + uuid.NewString()
	_, err := s.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: queue}, name,
		workflows.Input{ProcessID: d.ProcessID, Version: d.Version, Definition: d.Hash, Calendar: workday.Default(), Interpreter: engine.Current, Variables: json.RawMessage(`{}`)})
	require.NoError(s.t, err)
	var c cost
	for i := 1; i <= steps; i++ {
		key := s.openKey(id)
		began := time.Now()
		_, err := s.update(ctx, id, workflows.CompleteTaskUpdate, workflows.Request{Key: key, Actor: "c", Variables: json.RawMessage(fmt.Sprintf(`{"v%d":%d}`, i, i))})
		require.NoError(s.t, err)
		c.latency += time.Since(began)
	}
	require.NoError(s.t, s.client.GetWorkflow(ctx, id, "").Get(ctx, nil))
	c.cpu = cpuTime(s.t) - before
	c.events, c.bytes = s.historySize(id)
	return c
}

// openKey reads the key of the open task from the store.
func (s *site) openKey(id string) int64 {
	for {
		list, err := s.store.Tasks(s.t.Context(), casework.TaskFilter{Instance: id, State: casework.TaskOpen})
		require.NoError(s.t, err)
		if len(list.Items) == 1 {
			return list.Items[0].Key
		}
	}
}

func (s *site) historySize(id string) (events, bytes int) {
	iter := s.client.GetWorkflowHistory(s.t.Context(), id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for iter.HasNext() {
		e, err := iter.Next()
		require.NoError(s.t, err)
		events++
		bytes += proto.Size(e)
	}
	return events, bytes
}

func cpuTime(t testing.TB) time.Duration {
	var u syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
