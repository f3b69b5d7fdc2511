package embedded

import (
	"fmt"
	"net"

	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
)

// servicePorts are the addresses of the four services. The server opens them itself, so they are found by listening and letting go.
type servicePorts struct {
	frontend, history, matching, worker *net.TCPAddr
}

// reservePorts finds free loopback ports for the inner services and the address for the frontend.
func reservePorts(frontend string) (p servicePorts, err error) {
	if frontend == "" {
		frontend = "127.0.0.1:0"
	}
	wanted := []struct {
		to      **net.TCPAddr
		address string
	}{{&p.frontend, frontend}, {&p.history, "127.0.0.1:0"}, {&p.matching, "127.0.0.1:0"}, {&p.worker, "127.0.0.1:0"}}
	for _, w := range wanted {
		l, err := net.Listen("tcp", w.address)
		if err != nil {
			return p, fmt.Errorf("the address %s cannot be used, choose another or port 0: %w", w.address, err)
		}
		defer l.Close() // all stay open until each has its own
		*w.to = l.Addr().(*net.TCPAddr)
	}
	return p, nil
}

// staticHosts tells the services where the others are, so that they need no gossip and remember no dead neighbours from the last start.
func (p servicePorts) staticHosts() map[primitives.ServiceName]static.Hosts {
	return map[primitives.ServiceName]static.Hosts{
		primitives.FrontendService: static.SingleLocalHost(p.frontend.String()),
		primitives.HistoryService:  static.SingleLocalHost(p.history.String()),
		primitives.MatchingService: static.SingleLocalHost(p.matching.String()),
		primitives.WorkerService:   static.SingleLocalHost(p.worker.String()),
	}
}
