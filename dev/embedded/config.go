package embedded

import (
	"net"
	"time"

	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/common/primitives"
)

const clusterName = "active"

// serverConfig is the static configuration of a cluster of one machine with one history shard.
func serverConfig(db *config.SQL, ports servicePorts) *config.Config {
	return &config.Config{
		Persistence: config.Persistence{
			DefaultStore:     sqlite.PluginName,
			VisibilityStore:  sqlite.PluginName,
			NumHistoryShards: 1,
			DataStores:       map[string]config.DataStore{sqlite.PluginName: {SQL: db}},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: ports.frontend.String()},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services: map[string]config.Service{
			string(primitives.FrontendService): service(ports.frontend),
			string(primitives.HistoryService):  service(ports.history),
			string(primitives.MatchingService): service(ports.matching),
			string(primitives.WorkerService):   service(ports.worker),
		},
		Archival: config.Archival{
			History:    config.HistoryArchival{State: "disabled"},
			Visibility: config.VisibilityArchival{State: "disabled"},
		},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History:    config.HistoryArchivalNamespaceDefaults{State: "disabled"},
			Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"},
		}},
		PublicClient: config.PublicClient{HostPort: ports.frontend.String()},
	}
}

func service(a *net.TCPAddr) config.Service {
	return config.Service{RPC: config.RPC{GRPCPort: a.Port, BindOnIP: a.IP.String()}}
}

// dynamicSettings are the few that differ from the server's own defaults.
func dynamicSettings() dynamicconfig.Client {
	return dynamicconfig.StaticClient{
		dynamicconfig.WorkflowTimeSkippingEnabled.Key(): true,  // FastForward needs it
		dynamicconfig.WorkflowPauseEnabled.Key():        true,  // a supervisor may hold a case
		dynamicconfig.EnableServerVersionCheck.Key():    false, // nothing on a developer's machine calls home
		// The timer queue reads this far ahead, so a timer that a skip makes due fires only so much later (default 1 s).
		dynamicconfig.TimerProcessorMaxTimeShift.Key(): 10 * time.Millisecond,
		dynamicconfig.TimerProcessorMaxPollRPS.Key():   1000, // two polls a skip; the default of 20 would slow a year to half a minute
		// With the default of 1 s, a run continued as new twice while skipping would be held back, and FastForward would skip past its timers.
		dynamicconfig.WorkflowIdReuseMinimalInterval.Key(): time.Duration(0),
		// Search attributes added to an old directory can be used at once.
		dynamicconfig.ForceSearchAttributesCacheRefreshOnRead.Key(): true,
	}
}

// settings are those of the server and one that may be told anew each time.
type settings struct {
	dynamicconfig.Client
	continueAsNewAt func() int
}

// GetValue is asked whenever the server wants to know a setting.
func (s settings) GetValue(key dynamicconfig.Key) []dynamicconfig.ConstrainedValue {
	if key == dynamicconfig.HistoryCountSuggestContinueAsNew.Key() && s.continueAsNewAt != nil {
		return []dynamicconfig.ConstrainedValue{{Constraints: dynamicconfig.Constraints{Namespace: Namespace}, Value: s.continueAsNewAt()}}
	}
	return s.Client.GetValue(key)
}
