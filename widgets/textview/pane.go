package textview

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// inset keeps the text off the frame above and below.
const inset = 3

// signCells is the room for the sign of a marked line.
const signCells = 2

// maxEnd is how long the end of a folded part may be to stand behind it.
const maxEnd = 40

// maxInner is how many bytes of what a folded part hides are shown.
const maxInner = 100

// maxShaped is how many lines the pane remembers in their shaped form.
const maxShaped = 512

// pane is the area with the lines. It is the focusable part of a [View].
type pane struct {
	widget.BaseWidget
	view *View

	doc           Document
	wrap, numbers bool
	empty         string
	folds         folds
	unfolded      bool // the reader has unfolded everything
	top           anchor
	across        float32 // how far it is scrolled to the right
	widest        float32 // the widest line seen so far
	sel           selection
	search        search
	focused       bool

	face   *face
	colour *palette
	shaped map[int]*shaped
	left   float32 // width of the gutter; negative if not known
	rows   []row

	gutter, body         *layer
	gutterClip, bodyClip *container.Clip
	frame                *canvas.Rectangle
	down, right          *bar
}

// row is a row of the screen: part of a line at y.
type row struct {
	ordinal, line, part int
	from, to            int // glyphs
	y                   float32
	shape               *shaped
}

func newPane(v *View) *pane {
	p := &pane{view: v, doc: Text(nil), numbers: true, gutter: newLayer(), body: newLayer(), shaped: map[int]*shaped{}, left: -1}
	p.gutterClip, p.bodyClip = container.NewClip(p.gutter.root), container.NewClip(p.body.root)
	p.frame = canvas.NewRectangle(nil)
	p.down = newBar(false, p.scrollToShare, func(pages int) { p.scrollBy(float32(pages) * p.page()) })
	p.right = newBar(true, p.scrollAcrossToShare, func(pages int) { p.scrollAcross(p.across + float32(pages)*p.textWidth()/2) })
	p.ExtendBaseWidget(p)
	return p
}

func (p *pane) setDocument(d Document) {
	line := p.folds.line(p.top.ordinal)
	p.doc = d
	p.folds.keep(d, p.unfolded)
	p.top.ordinal = p.folds.ordinal(min(line, max(d.Len()-1, 0)))
	p.sel.clamp(d)
	p.forget()
	p.update()
}

// forget drops everything that was derived from the lines.
func (p *pane) forget() {
	clear(p.shaped)
	p.widest, p.left = 0, -1
}

// shape returns a line as it is shown, wrapped if lines are wrapped.
func (p *pane) shape(line int) *shaped {
	if s, ok := p.shaped[line]; ok {
		return s
	}
	if len(p.shaped) >= maxShaped {
		clear(p.shaped)
	}
	s := p.face.shape(p.doc.Line(line), p.foldSuffix(line))
	if p.wrap {
		s.wrap(max(p.textWidth(), 8*p.face.cell))
	}
	p.shaped[line] = s
	return s
}

// foldSuffix stands at the end of a folded line for what it hides. In a long document, where many
// parts are folded, it tells how each begins.
func (p *pane) foldSuffix(line int) string {
	end, ok := p.folds.foldedAt(line)
	if !ok {
		return ""
	}
	last := trimIndent(p.doc.Line(end))
	if len(last) > 2 && (len(last) > maxEnd || !strings.HasPrefix(last, "</")) {
		last = ""
	}
	var inner strings.Builder
	if len(p.folds.outline) > 0 {
		for at := line + 1; at < end; at++ {
			inner.WriteByte(' ')
			inner.WriteString(trimIndent(p.doc.Line(at)))
			if inner.Len() > maxInner {
				return clipped(inner.String(), maxInner) + " … " + last
			}
		}
		if inner.Len() > 0 && last != "" {
			return inner.String() + " " + last
		}
	}
	return inner.String() + " … " + last
}

// clipped is the beginning of s, of at most n bytes, without half a letter.
func clipped(s string, n int) string {
	for n > 0 && n < len(s) && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:min(n, len(s))]
}

func trimIndent(s string) string {
	for len(s) > 0 && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	return s
}

func (p *pane) rowHeight() float32 { return p.face.height }

// gutterWidth is the room for line numbers and folds.
func (p *pane) gutterWidth() float32 {
	if p.left >= 0 {
		return p.left
	}
	width := p.Theme().Size(theme.SizeNameInnerPadding) / 2
	if p.numbers {
		width += float32(p.digits()+1) * p.face.cell
	}
	if _, ok := p.doc.(Folder); ok {
		width += 2 * p.face.cell
	}
	if _, ok := p.doc.(Marker); ok {
		width += signCells * p.face.cell
	}
	p.left = ceil(width)
	return p.left
}

func (p *pane) digits() int {
	last := p.doc.Len()
	if n, ok := p.doc.(Numberer); ok {
		for i := last - 1; i >= max(0, last-64); i-- {
			if number := n.Number(i); number > 0 {
				last = number
				break
			}
		}
	}
	digits := 2
	for last >= 100 {
		last /= 10
		digits++
	}
	return digits
}

func (p *pane) barWidth() float32 { return p.Theme().Size(theme.SizeNameScrollBar) }

func (p *pane) textWidth() float32 {
	return max(0, p.Size().Width-p.gutterWidth()-p.barWidth())
}

func (p *pane) textHeight() float32 {
	h := p.Size().Height - 2*inset
	if !p.wrap {
		h -= p.barWidth()
	}
	return max(0, h)
}

// restyle takes over font and colours of the theme.
func (p *pane) restyle() {
	th := p.Theme()
	p.face = newFace(th.Size(theme.SizeNameText))
	p.colour = newPalette(th)
	p.frame.FillColor, p.frame.StrokeWidth = nil, th.Size(theme.SizeNameInputBorder)
	p.frame.CornerRadius = th.Size(theme.SizeNameInputRadius)
	p.forget()
}

// FocusGained is called by Fyne.
func (p *pane) FocusGained() {
	p.focused = true
	p.update()
}

// FocusLost is called by Fyne.
func (p *pane) FocusLost() {
	p.focused, p.sel.shift = false, false
	p.update()
}

// CreateRenderer is called by Fyne.
func (p *pane) CreateRenderer() fyne.WidgetRenderer {
	p.restyle()
	return &paneRenderer{pane: p, objects: []fyne.CanvasObject{p.gutterClip, p.bodyClip, p.down, p.right, p.frame}}
}

type paneRenderer struct {
	pane    *pane
	objects []fyne.CanvasObject
}

func (r *paneRenderer) Layout(fyne.Size) {
	r.pane.forget()
	r.pane.update()
}

func (r *paneRenderer) MinSize() fyne.Size {
	return fyne.NewSize(20*r.pane.face.cell, 2*r.pane.face.height+2*inset)
}

func (r *paneRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *paneRenderer) Destroy()                     {}

func (r *paneRenderer) Refresh() {
	r.pane.restyle()
	r.pane.update()
	r.pane.down.Refresh()
	r.pane.right.Refresh()
	canvas.Refresh(r.pane.frame)
}
