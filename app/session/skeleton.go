package session

import (
	"context"
	"log/slog"
	"time"

	"streamscope/app/series"
	"streamscope/app/topics"
	"streamscope/connections"
)

type Clock struct{}

func NewClock() *Clock      { panic("soon") }
func (c *Clock) Now() int64 { panic("soon") }

// Origin says who asked for a publication ("composer", "saved command", "cli", …).
type Origin string

// Intent is a publication about to be sent.
type Intent struct {
	ID          uint64
	Session     string // its ID
	Name        string
	At          int64
	Origin      Origin
	Publication connections.Publication
}
type Auditor interface {
	// Intend is called before anything is sent; an error refuses the publication.
	Intend(ctx context.Context, i Intent) error
	// Conclude is called once for each Intend that returned nil.
	Conclude(i Intent, r connections.Result)
}
type Confirmer interface {
	// Confirm asks whether to send; an error refuses (it is what the result carries).
	Confirm(ctx context.Context, i Intent) error
}
type Options struct {
	ID, Name      string
	Budget        *topics.Budget
	Subscriptions []connections.Subscription
	Exclude       []string
	Client        func(receive func(*connections.Message)) connections.Client
	Auditor       Auditor
	Confirmer     Confirmer
	Logger        *slog.Logger
}
type Counts struct {
	topics.Counts
	Excluded uint64
}
type TapOptions struct {
	Name   string
	Topics []string
	Filter string
	Bytes  int64
	Linger time.Duration
}
type Record struct {
	Seq           uint64
	Topic         string
	Node          topics.NodeID
	Time          int64
	Payload       []byte
	Size          int64
	QoS           byte
	Retained, Dup bool
}
type TapStats struct {
	Name string
	Lost uint64
	Lag  time.Duration
}
type Tap struct{}

func (t *Tap) Since() uint64                              { panic("soon") }
func (t *Tap) Next(ctx context.Context) ([]Record, error) { panic("soon") }
func (t *Tap) Lost() uint64                               { panic("soon") }
func (t *Tap) Lag() time.Duration                         { panic("soon") }
func (t *Tap) Close()                                     { panic("soon") }

type Session struct{}

func New(o Options) *Session                                           { panic("soon") }
func (s *Session) ID() string                                          { panic("soon") }
func (s *Session) Name() string                                        { panic("soon") }
func (s *Session) Index() *topics.Index                                { panic("soon") }
func (s *Session) Now() int64                                          { panic("soon") }
func (s *Session) Connect()                                            { panic("soon") }
func (s *Session) Disconnect()                                         { panic("soon") }
func (s *Session) RetryNow()                                           { panic("soon") }
func (s *Session) Close()                                              { panic("soon") }
func (s *Session) Status() connections.Status                          { panic("soon") }
func (s *Session) Link() connections.Link                              { panic("soon") }
func (s *Session) Counts() Counts                                      { panic("soon") }
func (s *Session) Taps() []TapStats                                    { panic("soon") }
func (s *Session) OnStatus(f func(connections.Status)) (cancel func()) { panic("soon") }
func (s *Session) SetSubscriptions(subs []connections.Subscription)    { panic("soon") }
func (s *Session) Tap(o TapOptions) (*Tap, error)                      { panic("soon") }
func (s *Session) Publish(ctx context.Context, p connections.Publication, from Origin) connections.Result {
	panic("soon")
}
func (s *Session) Series(topic string, path []string) (*series.Series, func()) { panic("soon") }
