package embedded

import (
	"context"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/server/api/historyservice/v1"
	servers "go.temporal.io/server/client"
	"go.temporal.io/server/common"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/membership"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/testing/testhooks"
	"go.temporal.io/server/temporal"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// remote is how far the server keeps workflows ahead of the times that it tells; see [clocked].
const remote = 100 * 365 * 24 * time.Hour

// clocked lets workflows begin at the time that a clock tells instead of the wall clock's.
//
// The server (1.32.1) keeps for each run how far its virtual clock is from the wall clock. A parent hands that to its child and a run to the
// next one, and whoever starts a workflow from within the server can set it. A run that is behind the wall clock begins well, but when it skips
// time its timers are forgotten. So the server is told a time a century ahead, and takes the century off whatever it tells of a workflow.
func clocked(clock func() time.Time) []temporal.ServerOption {
	return []temporal.ServerOption{
		temporal.WithClientFactoryProvider(factories{servers.NewFactoryProvider(), clock}),
		temporal.WithChainedFrontendGrpcInterceptors(tellTimes),
	}
}

// factories make the clients by which the server's services speak to each other.
type factories struct {
	servers.FactoryProvider
	clock func() time.Time
}

// NewFactory makes the server's own factory, but for the clients that start workflows.
func (f factories) NewFactory(
	rpc common.RPCFactory, monitor membership.Monitor, handler metrics.Handler, settings *dynamicconfig.Collection, hooks testhooks.TestHooks,
	shards int32, logger, throttled log.Logger,
) servers.Factory {
	return factory{f.FactoryProvider.NewFactory(rpc, monitor, handler, settings, hooks, shards, logger, throttled), f.clock}
}

type factory struct {
	servers.Factory
	clock func() time.Time
}

// NewHistoryClientWithTimeout makes a client that starts workflows by the clock.
func (f factory) NewHistoryClientWithTimeout(timeout time.Duration) (historyservice.HistoryServiceClient, error) {
	c, err := f.Factory.NewHistoryClientWithTimeout(timeout)
	return starter{c, f.clock}, err
}

type starter struct {
	historyservice.HistoryServiceClient
	clock func() time.Time
}

// StartWorkflowExecution starts a workflow at the time of the clock; a child begins at the time of its parent anyway.
func (s starter) StartWorkflowExecution(ctx context.Context, r *historyservice.StartWorkflowExecutionRequest, o ...grpc.CallOption) (*historyservice.StartWorkflowExecutionResponse, error) {
	if r.GetStartRequest().GetNamespace() == Namespace && r.GetParentExecutionInfo() == nil {
		ahead := time.Until(s.clock()) + remote
		r.TimeSkippingStatePropagation = &commonpb.TimeSkippingStatePropagation{InitialSkippedDuration: durationpb.New(ahead)}
	}
	return s.HistoryServiceClient.StartWorkflowExecution(ctx, r, o...)
}

// tellTimes is between the frontend and whoever asks it. It leaves activities alone: a worker compares their times with its wall clock.
func tellTimes(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	answer, err := handle(ctx, request)
	if asked, ok := request.(interface{ GetNamespace() string }); !ok || asked.GetNamespace() != Namespace {
		return answer, err
	}
	switch a := answer.(type) {
	case *workflowservice.DescribeWorkflowExecutionResponse, *workflowservice.GetWorkflowExecutionHistoryResponse,
		*workflowservice.PollWorkflowTaskQueueResponse, *workflowservice.RespondWorkflowTaskCompletedResponse:
		bringBack(a.(proto.Message).ProtoReflect())
	}
	return answer, err
}

// bringBack takes the century off every time in a message; those of the wall clock stay.
func bringBack(m protoreflect.Message) {
	if t, ok := m.Interface().(*timestamppb.Timestamp); ok {
		if time.Until(t.AsTime()) > remote/2 {
			t.Seconds -= int64(remote / time.Second)
		}
		return
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() == nil || f.IsMap():
		case f.IsList():
			for i := range v.List().Len() {
				bringBack(v.List().Get(i).Message())
			}
		default:
			bringBack(v.Message())
		}
		return true
	})
}
