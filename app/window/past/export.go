package past

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
)

// progressAfter is how long an export takes before it shows its progress.
const progressAfter = 300 * time.Millisecond

// exporting is an export that is under way. The tick shows how far it is.
type exporting struct {
	history   *History
	began     time.Time
	last      uint64
	first, at atomic.Uint64
	bar       *widget.ProgressBar
	dialog    *dialog.CustomDialog
	stop      context.CancelFunc
}

// Export asks for a file and writes messages into it: all that the index holds of the topic, or
// the selected ones, as CSV or as JSON Lines.
func (h *History) Export(all, csv bool) {
	if h.node == 0 || h.export != nil {
		return
	}
	f := asLines
	if csv {
		f = asCSV
	}
	var from source
	var last uint64
	if all {
		x := h.sel.Conn.Index()
		last = x.Seq()
		from = held(x, h.node, last)
	} else {
		chosen := h.selected()
		if len(chosen) == 0 {
			return
		}
		last = chosen[len(chosen)-1].Seq
		from = those(chosen)
	}
	o := origin{h.sel.Conn.Name(), h.sel.Topic}
	ask := dialog.NewFileSave(func(out fyne.URIWriteCloser, err error) {
		switch {
		case err != nil:
			h.o.OnFail(err)
		case out != nil:
			h.write(out, f, o, from, last)
		}
	}, h.o.Window)
	ask.SetFileName(fileName(o.topic) + f.extension())
	ui.ShowPicker(ask, h.o.Window)
}

// fileName makes the name of a file of a topic.
func fileName(topic string) string {
	const longest = 80
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '-'
	}, topic)
	if len(name) > longest {
		name = name[len(name)-longest:]
	}
	if name = strings.Trim(name, "-."); name == "" {
		return "history"
	}
	return name
}

func (h *History) write(out fyne.URIWriteCloser, f format, o origin, from source, last uint64) {
	ctx, stop := context.WithCancel(h.o.Work.Context)
	e := &exporting{history: h, began: time.Now(), last: last, stop: stop}
	h.export = e
	h.o.Work.Go(func() func() {
		n, err := write(ctx, out, f, o, from, e.tell)
		if e := out.Close(); err == nil {
			err = e
		}
		stop()
		if err != nil {
			_ = storage.Delete(out.URI()) // half a file helps nobody
		}
		return func() { e.done(out.URI().Name(), n, err) }
	})
}

// tell notes how far the export is. It runs on the goroutine that writes.
func (e *exporting) tell(seq uint64) {
	e.first.CompareAndSwap(0, seq)
	e.at.Store(seq)
}

// refresh shows the progress of an export that takes long; nil is none.
func (e *exporting) refresh() {
	if e == nil || time.Since(e.began) < progressAfter {
		return
	}
	if e.bar == nil {
		e.bar = widget.NewProgressBar()
		e.dialog = dialog.NewCustom(ui.Tr("history.export.title", "Exporting"), ui.Tr("cancel", "Cancel"), e.bar, e.history.o.Window)
		e.dialog.SetOnClosed(e.stop)
		e.dialog.Resize(fyne.NewSize(360, 140))
		e.dialog.Show()
	}
	if first, at := e.first.Load(), e.at.Load(); at > first {
		e.bar.SetValue(float64(at-first) / float64(e.last-first))
	}
}

func (e *exporting) done(name string, n int, err error) {
	h := e.history
	h.export = nil
	if e.dialog != nil {
		e.dialog.SetOnClosed(func() {})
		e.dialog.Hide()
	}
	switch {
	case errors.Is(err, context.Canceled):
		h.o.OnDone(ui.Tr("history.export.cancelled", "The export was cancelled; no file was left."))
	case err != nil:
		h.o.OnFail(fmt.Errorf("export to %s: %w", name, err))
	default:
		h.o.OnDone(ui.TrN(n, "history.export.done", "{{.N}} message written to {{.File}}.", "{{.N}} messages written to {{.File}}.", map[string]any{"File": name}))
	}
}
