package past

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app/payload/diff"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/widgets/textview"
)

// The ways to look at a comparison, in the order of the choice.
const (
	viewValues = iota
	viewText
)

// Diff shows what changed from one message of a topic to another: from the one before to the
// latest, and on with the topic, unless others were chosen or the view is held.
type Diff struct {
	o       Options
	history *History
	// Object is what to show.
	Object fyne.CanvasObject

	view    *textview.View
	how     *widget.Select
	sides   *ui.QuietText
	summary *ui.QuietText
	hold    *ttwidget.Button
	follow  *ttwidget.Button

	sel ui.Selection
	// base and target are the messages that were chosen; nil is the one before, and the latest.
	base, target *topics.Entry
	held         bool
	// older and newer are what is shown; seq is the topic's latest message by then.
	older, newer *topics.Entry
	seq          uint64
	// work counts the comparisons, busy tells that one is made in the background.
	work int
	busy bool
	// shown is the comparison in sight.
	shown result
}

// NewDiff makes a comparison of nothing. It writes times as the history does.
func NewDiff(o Options, h *History) *Diff {
	d := &Diff{o: o, history: h, view: textview.New(), sides: ui.NewFittingText(), summary: ui.NewFittingText()}
	d.sides.TextSize = theme.SizeNameCaptionText
	d.summary.Line.TextStyle.Bold = true
	d.view.SetWrap(true)
	d.how = widget.NewSelect([]string{ui.Tr("diff.values", "Values"), ui.Tr("diff.text", "Text")}, func(string) { d.compare() })
	d.hold = ui.IconButton(theme.MediaPauseIcon(), "", d.toggleHold)
	d.follow = ui.IconButton(theme.CancelIcon(), ui.Tr("diff.follow", "Back to the latest against the one before"), func() { d.choose(nil, nil) })
	find := ui.IconButton(theme.SearchIcon(), ui.Tr("diff.find", "Find in the comparison"), d.view.ShowFind)
	d.follow.Hide()
	bar := container.NewBorder(nil, nil, d.how, container.NewHBox(find, d.hold, d.follow), d.summary)
	d.Object = container.NewBorder(container.NewVBox(bar, d.sides), nil, nil, nil, d.view)
	d.how.SetSelectedIndex(viewValues)
	d.refreshWords()
	return d
}

// Named are the parts that tests and tools look for.
func (d *Diff) Named() map[string]fyne.CanvasObject {
	return map[string]fyne.CanvasObject{"diff": d.view, "diff.summary": d.summary, "diff.sides": d.sides, "diff.how": d.how, "diff.hold": d.hold}
}

// Reset forgets the topic before.
func (d *Diff) Reset() {
	d.base, d.target, d.older, d.newer, d.seq, d.held = nil, nil, nil, nil, 0, false
	d.work++
	d.busy = false
	d.view.Open(textview.Text(nil))
	d.view.SetEmpty("")
	d.summary.SetText("")
	d.refreshWords()
}

// Compare shows what changed from one message to another; without a newer one, to the latest,
// whichever that is.
func (d *Diff) Compare(older topics.Entry, newer *topics.Entry) { d.choose(&older, newer) }

func (d *Diff) choose(older, newer *topics.Entry) {
	d.base, d.target, d.seq, d.held = older, newer, 0, false
	d.view.Open(textview.Text(nil))
	d.refreshWords()
}

// Refresh follows the topic; the tick calls it while the comparison is in sight. r is the row of
// s.
func (d *Diff) Refresh(s ui.Selection, r *topics.Row) {
	d.sel = s
	d.history.clock.today = s.Conn.Now()
	if r.Seq == d.seq || d.held || d.busy {
		return
	}
	d.seq = r.Seq
	latest := s.Conn.Index().History(r.Node, 0, 2)
	d.older, d.newer = d.base, d.target
	if d.newer == nil && len(latest) > 0 {
		d.newer = &latest[0]
	}
	if d.older == nil && len(latest) > 1 {
		d.older = &latest[1]
	}
	d.refreshWords()
	d.compare()
}

func (d *Diff) toggleHold() {
	d.held = !d.held
	d.seq = 0
	d.refreshWords()
}

// result is a comparison that was made.
type result struct {
	doc     changes
	summary string
	// empty stands in place of a comparison without lines.
	empty   string
	numbers bool
}

// compare shows the difference of older and newer.
func (d *Diff) compare() {
	d.work++
	switch {
	case d.newer == nil:
		return
	case d.older == nil:
		d.show(result{empty: ui.Tr("diff.only", "There is no message before this one to compare it with.")})
		return
	}
	s, older, newer, how := d.sel, d.older, d.newer, d.how.SelectedIndex()
	if len(older.Payload)+len(newer.Payload) <= inlineBytes {
		d.show(compared(s, older, newer, how))
		return
	}
	d.busy = true
	d.summary.SetText(ui.Tr("diff.busy", "Comparing…"))
	work := d.work
	d.o.Work.Go(func() func() {
		r := compared(s, older, newer, how)
		return func() {
			if d.work == work {
				d.busy = false
				d.show(r)
			}
		}
	})
}

func (d *Diff) show(r result) {
	d.shown = r
	d.summary.SetText(r.summary)
	d.view.SetEmpty(r.empty)
	if d.view.LineNumbers() != r.numbers {
		d.view.SetLineNumbers(r.numbers)
	}
	d.view.SetDocument(r.doc)
}

// sided is a message with its topic, which tells how it is read.
type sided struct {
	of    ui.Selection
	entry *topics.Entry
}

// compared compares two messages of a topic. It may run on any goroutine.
func compared(s ui.Selection, older, newer *topics.Entry, how int) result {
	return comparedSides(sided{s, older}, sided{s, newer}, how)
}

// comparedSides compares two messages. It may run on any goroutine.
func comparedSides(a, b sided, how int) result {
	older, newer := a.entry, b.entry
	if bytes.Equal(older.Payload, newer.Payload) && older.Size == newer.Size {
		words := ui.Tr("diff.nochange", "No change")
		if older.Cut {
			return result{summary: words, empty: ui.Tr("diff.cut", "What is held of both is the same; they were cut on their way in.")}
		}
		return result{summary: words, empty: ui.Tr("diff.same", "Both are the same {{.Size}}.", map[string]any{"Size": ui.Size(newer.Size)})}
	}
	was, is := readAs(a.of, older), readAs(b.of, newer)
	note := ""
	if how == viewValues {
		if was.Document != nil && is.Document != nil {
			if d, err := diff.Documents(was.Document, is.Document, maxChanges); err == nil {
				return ofDocuments(&d)
			}
		}
		note = ui.Tr("diff.astext", "compared as text")
		if shownAsBytes(&is) {
			note = ui.Tr("diff.asbytes", "compared as bytes")
		}
	}
	if older.Cut || newer.Cut {
		note = ui.Tr("diff.beginning", "only the beginning, the rest was cut")
	}
	before, after := text(&was), text(&is)
	t, err := diff.Lines(before, after, around)
	switch {
	case errors.Is(err, diff.ErrTooBig):
		return result{empty: ui.Tr("diff.toobig", "They differ, but are too big to be compared: {{.Old}} and {{.New}}.",
			map[string]any{"Old": ui.Size(older.Size), "New": ui.Size(newer.Size)}), summary: ui.Tr("diff.differ", "They differ")}
	case t.Same() && shownAsBytes(&is):
		return result{summary: ui.Tr("diff.differ", "They differ"), empty: ui.Tr("diff.later", "The first {{.Size}} are the same, what follows is not.", map[string]any{"Size": ui.Size(maxHex)})}
	case t.Same():
		return result{summary: ui.Tr("diff.nochange", "No change"), empty: ui.Tr("diff.spelling", "They show the same; only how it is written differs.")}
	}
	words := joined(
		counted(t.Added, ui.Tr("diff.lines.added", "lines added: {{.N}}", map[string]any{"N": ui.Count(t.Added)})),
		counted(t.Removed, ui.Tr("diff.lines.removed", "removed: {{.N}}", map[string]any{"N": ui.Count(t.Removed)})), note)
	return result{doc: linesOf(&t), summary: words, numbers: true}
}

func ofDocuments(d *diff.Document) result {
	if d.Count() == 0 {
		return result{summary: ui.Tr("diff.nochange", "No change"),
			empty: ui.Tr("diff.written", "All values are the same; only white space, the order of keys or how it is written differs.")}
	}
	return result{doc: listOf(d), summary: joined(
		counted(d.Changed, ui.Tr("diff.changed", "{{.N}} changed", map[string]any{"N": ui.Count(d.Changed)})),
		counted(d.Added, ui.Tr("diff.added", "{{.N}} added", map[string]any{"N": ui.Count(d.Added)})),
		counted(d.Removed, ui.Tr("diff.removed", "{{.N}} removed", map[string]any{"N": ui.Count(d.Removed)})))}
}

// counted are the words for a number of something, none for none.
func counted(n int, words string) string {
	if n == 0 {
		return ""
	}
	return words
}

func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " · ")
}

// refreshWords says which messages are compared.
func (d *Diff) refreshWords() {
	icon, tip := theme.MediaPauseIcon(), ui.Tr("diff.hold", "Hold this comparison")
	if d.held {
		icon, tip = theme.MediaPlayIcon(), ui.Tr("diff.release", "Go on with the topic")
	}
	if d.hold.Icon != icon {
		d.hold.SetIcon(icon)
	}
	d.hold.SetToolTip(tip)
	if chosen := d.base != nil || d.target != nil; chosen != d.follow.Visible() {
		ui.Show(d.follow, chosen)
	}
	d.sides.SetText(d.sidesText())
}

func (d *Diff) sidesText() string {
	if d.newer == nil {
		return ""
	}
	c := d.history.clock
	newer := c.short(d.newer.Time)
	switch {
	case d.held:
		newer += "  ·  " + ui.Tr("diff.held", "held")
	case d.target == nil:
		newer += "  ·  " + ui.Tr("diff.latest", "the latest")
	}
	if d.older == nil {
		return newer
	}
	return ui.Tr("diff.sides", "{{.Older}} to {{.Newer}}", map[string]any{"Older": c.short(d.older.Time), "Newer": newer})
}
