package connections

import (
	"context"
	"fmt"
	"slices"
)

// book holds what one client has asked of its broker, and what the broker said.
type book struct {
	client  Client
	granted map[string]grant
	refused map[string]grant
}

type grant struct {
	sub    Subscription
	result SubscribeResult
}

func newBook(client Client) *book {
	return &book{client: client, granted: make(map[string]grant), refused: make(map[string]grant)}
}

// apply asks for what is missing and gives back what is not wanted any more, in this order: a
// filter that takes another's place leaves no gap. It returns the broker's answers, in the
// order of subs without those that are off.
func (b *book) apply(ctx context.Context, subs []Subscription) ([]SubscribeResult, error) {
	for filter, no := range b.refused { // what is asked for in another way gets its chance
		wanted := func(s Subscription) bool { return !s.Off && s.asked() == no.sub }
		if !slices.ContainsFunc(subs, wanted) {
			delete(b.refused, filter)
		}
	}
	for _, s := range subs {
		if err := ValidFilter(s.Filter); err != nil { // no broker could say otherwise
			b.refuse(s, err.Error())
		} else if s.QoS > 2 {
			b.refuse(s, fmt.Sprintf("there is no QoS %d", s.QoS))
		}
	}
	send, covered, err := b.ask(ctx, subs)
	if err != nil {
		return nil, err
	}
	if err := b.giveBack(ctx, send); err != nil {
		return nil, err
	}
	return b.answers(subs, covered), nil
}

func (b *book) refuse(s Subscription, reason string) {
	b.refused[s.Filter] = grant{s.asked(), SubscribeResult{Filter: s.Filter, Refused: true, Reason: reason}}
}

// ask asks until every filter has been granted, refused, or is covered by one that has been
// granted: a filter that a refused one covered gets its own chance.
func (b *book) ask(ctx context.Context, subs []Subscription) (send []Subscription, covered map[string]string, err error) {
	for {
		send, covered = Reduce(slices.DeleteFunc(slices.Clone(subs), func(s Subscription) bool {
			_, refused := b.refused[s.Filter]
			return refused
		}))
		var missing []Subscription
		for _, s := range send {
			if had, ok := b.granted[s.Filter]; !ok || had.sub != s {
				missing = append(missing, s)
			}
		}
		if len(missing) == 0 {
			return send, covered, nil
		}
		results, err := b.client.Subscribe(ctx, missing)
		if err != nil {
			return nil, nil, err
		}
		for i, r := range results {
			if r.Refused {
				b.refused[r.Filter] = grant{missing[i], r}
				delete(b.granted, r.Filter)
				continue
			}
			b.granted[r.Filter] = grant{missing[i], r}
		}
	}
}

func (b *book) giveBack(ctx context.Context, wanted []Subscription) error {
	var drop []string
	for filter := range b.granted {
		if !slices.ContainsFunc(wanted, func(s Subscription) bool { return s.Filter == filter }) {
			drop = append(drop, filter)
		}
	}
	if len(drop) == 0 {
		return nil
	}
	if err := b.client.Unsubscribe(ctx, drop); err != nil {
		return err
	}
	for _, filter := range drop {
		delete(b.granted, filter)
	}
	return nil
}

func (b *book) answers(subs []Subscription, covered map[string]string) []SubscribeResult {
	var all []SubscribeResult
	seen := make(map[string]bool, len(subs))
	for _, s := range subs {
		if s.Off || s.Filter == "" || seen[s.Filter] {
			continue
		}
		seen[s.Filter] = true
		no, refused := b.refused[s.Filter]
		r := no.result
		if by := covered[s.Filter]; !refused && by != "" {
			r = SubscribeResult{Filter: s.Filter, Covered: by, Granted: b.granted[by].result.Granted}
		} else if !refused {
			r = b.granted[s.Filter].result
		}
		all = append(all, r)
	}
	return all
}
