package api

import (
	"context"
	"net/http"
	"time"

	"fasthold/internal/casework"
)

type messageInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body struct {
		Name           string `json:"name" minLength:"1" maxLength:"200"`
		CorrelationKey string `json:"correlationKey,omitempty" maxLength:"200" doc:"No personal data"`
		Variables      object `json:"variables,omitempty"`
		TimeToLive     string `json:"timeToLive,omitempty" maxLength:"50" example:"PT1H" doc:"ISO 8601 duration it waits for somebody to take it; not at all when not given"`
		MessageID      string `json:"messageId,omitempty" maxLength:"200" doc:"While the message lives, a second one with the same name, key and id is none"`
	}
}

func (s *Server) messageRoutes() {
	handle(s, call{method: http.MethodPost, path: "/messages", roles: senders, tag: "messages", status: http.StatusAccepted,
		summary: "Publish a message to whichever instances wait for it, or start with it"}, s.publish)
	handle(s, call{method: http.MethodPost, path: "/signals", roles: senders, tag: "messages", status: http.StatusAccepted,
		summary: "Broadcast a signal to everything that waits for it now, and start with it"}, s.broadcast)
}

// published is a message that was taken.
type published struct {
	Name           string `json:"name"`
	CorrelationKey string `json:"correlationKey"`
	MessageID      string `json:"messageId,omitempty"`
}

func (s *Server) publish(ctx context.Context, in *messageInput) (*output[published], error) {
	b := in.Body
	variables, err := b.Variables.checked()
	if err != nil {
		return nil, err
	}
	ttl, err := duration("/timeToLive", b.TimeToLive, time.Now())
	if err != nil {
		return nil, err
	}
	err = s.Store.Publish(ctx, casework.Message{Name: b.Name, CorrelationKey: b.CorrelationKey, Variables: variables, TTL: ttl, ID: b.MessageID})
	return answer(published{b.Name, b.CorrelationKey, b.MessageID}, err)
}

type signalInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body struct {
		Name      string `json:"name" minLength:"1" maxLength:"200"`
		Variables object `json:"variables,omitempty"`
		SignalID  string `json:"signalId,omitempty" maxLength:"200" doc:"An instance takes, and a process starts by, a signal with the same name and id once"`
	}
}

// signaled is a signal that was taken.
type signaled struct {
	Name     string `json:"name"`
	SignalID string `json:"signalId,omitempty"`
}

func (s *Server) broadcast(ctx context.Context, in *signalInput) (*output[signaled], error) {
	b := in.Body
	variables, err := b.Variables.checked()
	if err != nil {
		return nil, err
	}
	err = s.Store.Broadcast(ctx, casework.Signal{Name: b.Name, Variables: variables, ID: b.SignalID})
	return answer(signaled{b.Name, b.SignalID}, err)
}
