package textview

import (
	"image/color"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// layer is a pool of rectangles under a pool of texts.
type layer struct {
	root               *fyne.Container
	rects              []*canvas.Rectangle
	texts              []*canvas.Text
	rectCount, txCount int
	grown              bool
}

func newLayer() *layer { return &layer{root: &fyne.Container{Layout: still{}}} }

// still leaves objects where they are.
type still struct{}

func (still) Layout([]fyne.CanvasObject, fyne.Size)     {}
func (still) MinSize([]fyne.CanvasObject) (s fyne.Size) { return s }

func (l *layer) begin() { l.rectCount, l.txCount = 0, 0 }

func (l *layer) rect(x, y, w, h float32, c color.Color) {
	if l.rectCount == len(l.rects) {
		l.rects, l.grown = append(l.rects, canvas.NewRectangle(c)), true
	}
	r := l.rects[l.rectCount]
	l.rectCount++
	r.Move(fyne.NewPos(x, y))
	r.Resize(fyne.NewSize(w, h))
	r.Show()
	if r.FillColor != c {
		r.FillColor = c
		r.Refresh()
	}
}

func (l *layer) text(s string, x, y, w, h float32, size float32, c color.Color) {
	if l.txCount == len(l.texts) {
		t := canvas.NewText("", c)
		t.TextStyle.Monospace = true
		l.texts, l.grown = append(l.texts, t), true
	}
	t := l.texts[l.txCount]
	l.txCount++
	t.Move(fyne.NewPos(x, y))
	t.Resize(fyne.NewSize(w, h))
	t.Show()
	if t.Text != s || t.Color != c || t.TextSize != size {
		t.Text, t.Color, t.TextSize = s, c, size
		t.Refresh()
	}
}

func (l *layer) end() {
	for _, r := range l.rects[l.rectCount:] {
		r.Hide()
	}
	for _, t := range l.texts[l.txCount:] {
		t.Hide()
	}
	if !l.grown {
		return
	}
	l.grown = false
	objects := make([]fyne.CanvasObject, 0, len(l.rects)+len(l.texts))
	for _, r := range l.rects {
		objects = append(objects, r)
	}
	for _, t := range l.texts {
		objects = append(objects, t)
	}
	l.root.Objects = objects
	canvas.Refresh(l.root)
}

// update draws what is in view.
func (p *pane) update() {
	if p.face == nil || p.Size().Width <= 0 {
		return
	}
	p.clampTop()
	p.layOut()
	p.placeRows()
	p.drawGutter()
	p.drawBody()
	p.down.set(p.share())
	p.right.set(p.shareAcross())
	p.drawFrame()
}

func (p *pane) layOut() {
	size, bar, left := p.Size(), p.barWidth(), p.gutterWidth()
	p.gutterClip.Move(fyne.NewPos(0, inset))
	p.gutterClip.Resize(fyne.NewSize(left, p.textHeight()))
	p.bodyClip.Move(fyne.NewPos(left, inset))
	p.bodyClip.Resize(fyne.NewSize(p.textWidth(), p.textHeight()))
	p.down.Move(fyne.NewPos(size.Width-bar, inset))
	p.down.Resize(fyne.NewSize(bar, p.textHeight()))
	p.right.Move(fyne.NewPos(left, size.Height-bar))
	p.right.Resize(fyne.NewSize(p.textWidth(), bar))
	p.frame.Resize(size)
}

func (p *pane) drawFrame() {
	c := color.Color(color.Transparent)
	if p.focused {
		c = p.colour.focus
	}
	if p.frame.StrokeColor != c {
		p.frame.StrokeColor = c
		p.frame.Refresh()
	}
}

func (p *pane) placeRows() {
	p.rows = p.rows[:0]
	y := -p.top.y
	height, n := p.textHeight(), p.folds.shown()
	for o := p.top.ordinal; o < n && y < height; o++ {
		line := p.folds.line(o)
		s := p.shape(line)
		if !p.wrap {
			p.widest = max(p.widest, s.width())
		}
		for part := range s.rowCount() {
			if y > -p.rowHeight() && y < height {
				from, to := s.row(part)
				p.rows = append(p.rows, row{o, line, part, from, to, y, s})
			}
			y += p.rowHeight()
		}
	}
}

func (p *pane) drawGutter() {
	g := p.gutter
	g.begin()
	fold := p.gutterWidth()
	marker, _ := p.doc.(Marker)
	if marker != nil {
		fold -= signCells * p.face.cell
	}
	sign := fold
	folder, folds := p.doc.(Folder)
	if folds {
		fold -= 2 * p.face.cell
	}
	for _, r := range p.rows {
		if marker != nil {
			if m := marker.Mark(r.line); m != MarkNone {
				g.rect(0, r.y, p.gutterWidth(), p.rowHeight(), p.colour.mark(m))
				if r.part == 0 {
					g.text(m.sign(), sign+p.face.cell/4, r.y, p.face.cell, p.rowHeight(), p.face.size, p.colour.styles[StylePlain])
				}
			}
		}
		if r.part > 0 {
			continue
		}
		if p.numbers {
			p.drawNumber(r, fold)
		}
		if folds {
			p.drawFold(folder, r, fold)
		}
	}
	g.end()
}

func (p *pane) drawNumber(r row, right float32) {
	number := r.line + 1
	if n, ok := p.doc.(Numberer); ok {
		number = n.Number(r.line)
	}
	if number <= 0 {
		return
	}
	s := strconv.Itoa(number)
	width := float32(len(s)) * p.face.cell
	p.gutter.text(s, right-p.face.cell-width, r.y, width, p.rowHeight(), p.face.size, p.colour.number)
}

func (p *pane) drawFold(f Folder, r row, x float32) {
	if _, ok := f.Fold(r.line); !ok {
		return
	}
	sign := "▾"
	if _, folded := p.folds.foldedAt(r.line); folded {
		sign = "▸"
	}
	p.gutter.text(sign, x, r.y, p.face.cell, p.rowHeight(), p.face.size, p.colour.number)
}

func (p *pane) drawBody() {
	b := p.body
	b.begin()
	p.drawMarks()
	p.drawSelection()
	p.drawHits()
	if p.doc.Len() == 0 {
		b.text(p.empty, 0, 0, p.textWidth(), p.rowHeight(), p.face.size, p.colour.number)
	}
	for _, r := range p.rows {
		p.drawRow(r)
	}
	b.end()
}

func (p *pane) drawMarks() {
	marker, ok := p.doc.(Marker)
	if !ok {
		return
	}
	for _, r := range p.rows {
		if m := marker.Mark(r.line); m != MarkNone {
			p.body.rect(0, r.y, p.textWidth(), p.rowHeight(), p.colour.mark(m))
			p.drawEmphases(r, m)
		}
	}
}

func (p *pane) drawEmphases(r row, m Mark) {
	e, ok := p.doc.(Emphasizer)
	if !ok {
		return
	}
	for _, s := range e.Emphases(r.line) {
		from, to := max(r.shape.glyph(s.From), r.from), min(r.shape.glyph(s.To), r.to)
		if from < to {
			x := p.x(r, from)
			p.body.rect(x, r.y, p.x(r, to)-x, p.rowHeight(), p.colour.part(m))
		}
	}
}

// x is where a glyph of a row stands in the body.
func (p *pane) x(r row, glyph int) float32 {
	return r.shape.left(glyph) - r.shape.left(r.from) - p.across
}

// drawRow draws the part of a row that is in view, a text for each run of one style.
func (p *pane) drawRow(r row) {
	from, to := p.inView(r)
	if from >= to {
		return
	}
	styles := styler{shape: r.shape}
	if s, ok := p.doc.(Spanner); ok {
		styles.spans = s.Spans(r.line)
	}
	for at := from; at < to; {
		style := styles.at(at)
		end := at + 1
		for end < to && styles.at(end) == style {
			end++
		}
		p.drawRun(r, at, end, style)
		at = end
	}
}

func (p *pane) drawRun(r row, from, to int, style Style) {
	for from < to && r.shape.slice(from, from+1) == " " {
		from++
	}
	for from < to && r.shape.slice(to-1, to) == " " {
		to--
	}
	if from == to {
		return
	}
	x := p.x(r, from)
	p.body.text(r.shape.slice(from, to), x, r.y, p.x(r, to)-x, p.rowHeight(), p.face.size, p.colour.styles[style])
}

// inView is the glyphs of a row that are not scrolled out at the sides.
func (p *pane) inView(r row) (from, to int) {
	from, to = r.from, r.to
	if p.wrap {
		return from, to
	}
	for lo, hi := from, to; ; {
		if lo >= hi {
			from = max(r.from, lo-1)
			break
		}
		if mid := (lo + hi) / 2; p.x(r, mid) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	for lo, hi := from, to; ; {
		if lo >= hi {
			to = min(r.to, lo+1)
			break
		}
		if mid := (lo + hi) / 2; p.x(r, mid) < p.textWidth() {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return from, to
}

// styler tells the style of glyphs that are asked for in order.
type styler struct {
	shape *shaped
	spans []Span
	next  int
}

func (s *styler) at(glyph int) Style {
	if style, ok := s.shape.styles[glyph]; ok {
		return style
	}
	b := s.shape.source(glyph)
	for s.next < len(s.spans) && s.spans[s.next].To <= b {
		s.next++
	}
	if s.next < len(s.spans) && s.spans[s.next].From <= b {
		return s.spans[s.next].Style
	}
	return StylePlain
}
