package window

import (
	"image/color"

	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/widgets/topictree"
)

// treeSource gives the tree its rows.
type treeSource struct{ p *treePane }

func (s treeSource) Len() int { return s.p.forest.Len() }

// Fill copies what the rows in view show; one short visit to each index.
func (s treeSource) Fill(first int, out []topictree.Row) {
	for n := 0; n < len(out); {
		r, row := s.p.forest.at(first + n)
		if r == nil {
			return
		}
		if row == nil {
			s.fillRoot(r, &out[n])
			n++
			continue
		}
		from := first + n - r.first - 1
		upTo := min(len(r.flat.Rows), from+len(out)-n)
		s.fillTopics(r, r.flat.Rows[from:upTo], out[n:])
		n += upTo - from
	}
}

func (s treeSource) fillRoot(r *root, out *topictree.Row) {
	st := r.conn.Status()
	out.Key = key(r.conn, 0)
	live := st.State == connections.StateOpen
	note := ""
	if !live {
		note = stateSince(st.State, r.conn.LostSince())
	}
	connectionRow(out, r.conn.Name(), r.open, live, note, r.flat.Topics, ui.ColourOf(r.conn.Profile().Colour))
	if s.p.figure != figureTopics {
		whole := r.conn.Index().Rows([]topics.NodeID{0}, nil)[0]
		out.Figure = s.p.figure.beneath(&whole, r.conn.Now())
	}
}

func (s treeSource) fillTopics(r *root, flat []topics.FlatRow, out []topictree.Row) {
	p := s.p
	p.idsBuf = p.idsBuf[:0]
	for i := range flat {
		p.idsBuf = append(p.idsBuf, flat[i].Node)
	}
	x := r.conn.Index()
	p.rowsBuf = x.Rows(p.idsBuf, p.rowsBuf)
	ctx := rowContext{now: r.conn.Now(), live: r.conn.Status().State == connections.StateOpen, figure: p.figure}
	marks := marksOf(r.conn.Subscriptions())
	id, set, query := r.conn.Profile().ID, r.conn.Decoders(), p.filter.Query()
	for i := range flat {
		row, o := &p.rowsBuf[i], &out[i]
		*o = topictree.Row{
			Key: key(r.conn, flat[i].Node), Depth: int(flat[i].Depth) + 1, Kind: topictree.Topic,
			Branch: flat[i].Branch, Open: flat[i].Open,
		}
		if !flat[i].Topic {
			o.Kind = topictree.Branch
		}
		ctx.path = p.chosen[topicKey{id, row.Path}]
		ctx.pinned = p.watch.Has(id, row.Path)
		ctx.trend = p.trends.Of(o.Key, x, row, ctx.path, set)
		ctx.value = p.readings.Of(o.Key, x, row, ctx.path, set)
		renderTopic(o, row, ctx)
		if flat[i].Topic {
			o.Colour = marks.of(row.Path)
		}
		if !query.IsZero() {
			var named bool
			o.HitStart, o.HitEnd, named = query.Mark(row.Path, len(row.Path)-len(row.Name))
			// What only lies beneath a hit needs no mark of its own: the hit above has one.
			o.Hit = o.HitEnd > 0 || flat[i].Hit && !named
		}
	}
}

// subscriptionMark is a filter that the user knows by a colour.
type subscriptionMark struct {
	filter string
	colour color.Color
}

type subscriptionMarks []subscriptionMark

// marksOf gathers the subscriptions that have a colour. Mostly none has, and then it costs nothing.
func marksOf(subs []connections.Subscription) (marks subscriptionMarks) {
	for _, s := range subs {
		if s.Colour != "" && !s.Off && s.Filter != "" {
			marks = append(marks, subscriptionMark{s.Filter, ui.ColourOf(s.Colour)})
		}
	}
	return marks
}

// of returns the colour of the narrowest filter that matches a topic; nil if none does.
func (m subscriptionMarks) of(topic string) color.Color {
	best := -1
	for i := range m {
		if connections.Match(m[i].filter, topic) && (best < 0 || connections.Covers(m[best].filter, m[i].filter)) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	return m[best].colour
}
