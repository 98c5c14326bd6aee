package topics

import (
	"context"

	"streamscope/connections"
)

type NodeID uint32

type Options struct {
	Budget *Budget
	Now    func() int64
}
type Index struct{}
type Stored struct {
	Seq   uint64
	Topic NodeID
	Taps  uint64
}
type Counts struct {
	Received, Kept, Evicted, Cleared, Cut uint64
	Topics                                int
	HistoryBytes                          int64
}
type Budget struct{}
type View struct {
	Open    func(path string) bool
	OpenAll bool
	Filter  string
}
type FlatRow struct {
	Node                     NodeID
	Depth                    uint16
	Branch, Open, Topic, Hit bool
}
type Flat struct {
	Rows         []FlatRow
	Topics, Hits int
	Shape        uint64
}

func NewBudget(limit int64) *Budget            { panic("soon") }
func (b *Budget) Used() int64                  { panic("soon") }
func (b *Budget) Limit() int64                 { panic("soon") }
func (b *Budget) SetLimit(limit int64)         { panic("soon") }
func (b *Budget) Reserve(n int64) bool         { panic("soon") }
func (b *Budget) Release(n int64)              { panic("soon") }
func New(o Options) *Index                     { panic("soon") }
func (x *Index) Close()                        { panic("soon") }
func (x *Index) Counts() Counts                { panic("soon") }
func (x *Index) Seq() uint64                   { panic("soon") }
func (x *Index) Shape() uint64                 { panic("soon") }
func (x *Index) Path(id NodeID) string         { panic("soon") }
func (x *Index) Clear(id NodeID)               { panic("soon") }
func (x *Index) Pause()                        { panic("soon") }
func (x *Index) Resume()                       { panic("soon") }
func (x *Index) Paused() (seq uint64, ok bool) { panic("soon") }
func (x *Index) Housekeep()                    { panic("soon") }

// Interrupted: the time until the next message of each topic says nothing about its interval.
func (x *Index) Interrupted()                                       { panic("soon") }
func (x *Index) Put(m *connections.Message, at int64) Stored        { panic("soon") }
func (x *Index) Find(path string) (NodeID, bool)                    { panic("soon") }
func (x *Index) Flatten(ctx context.Context, v View) (*Flat, error) { panic("soon") }
func (x *Index) Rows(ids []NodeID, dst []Row) []Row                 { panic("soon") }
func (x *Index) Latest(id NodeID) (Entry, bool)                     { panic("soon") }
func (x *Index) History(id NodeID, upTo uint64, max int) []Entry    { panic("soon") }
