package charts

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
)

// job is an export under way: work that writes a file, with its progress and a way to end it.
type job struct {
	panel *panel
	// work writes the file off the UI goroutine and says what it wrote.
	work func(ctx context.Context, w io.Writer, progress func(float64)) (done string, err error)
}

// save asks for a file and has the job write it.
func (j job) save(name string) {
	d := dialog.NewFileSave(func(out fyne.URIWriteCloser, err error) {
		switch {
		case err != nil:
			j.panel.fail(err)
		case out != nil:
			j.panel.board.folder, _ = storage.Parent(out.URI())
			j.run(out)
		}
	}, j.panel.window())
	d.SetFileName(name)
	if last := j.panel.board.folder; last != nil {
		if folder, err := storage.ListerForURI(last); err == nil {
			d.SetLocation(folder)
		}
	}
	ui.ShowPicker(d, j.panel.window())
}

// run writes the file; one that was not finished is taken away again.
func (j job) run(out fyne.URIWriteCloser) {
	b := j.panel.board
	ctx, cancel := context.WithCancel(b.o.Background.Context)
	bar := widget.NewProgressBar()
	file := filepath.Base(out.URI().Path())
	sheet := dialog.NewCustomWithoutButtons(ui.Tr("charts.export.running", "Writing {{.File}}", map[string]any{"File": file}),
		container.NewVBox(bar), j.panel.window())
	sheet.SetButtons([]fyne.CanvasObject{widget.NewButton(ui.Tr("cancel", "Cancel"), cancel)})
	sheet.Resize(fyne.NewSize(420, 0))
	sheet.Show()
	b.o.Background.Go(func() func() {
		defer cancel()
		done, err := j.work(ctx, guarded{ctx, out}, j.follow(bar))
		if e := out.Close(); err == nil {
			err = e
		}
		if err != nil {
			_ = storage.Delete(out.URI()) // half a file is worse than none
		}
		return func() {
			sheet.Hide()
			switch {
			case errors.Is(err, context.Canceled):
				b.o.Flash(ui.Tr("charts.export.cancelled", "The export was cancelled; nothing was written."))
			case err != nil:
				j.panel.fail(err)
			default:
				b.o.Flash(done)
			}
		}
	})
}

// follow brings progress to the screen, one step at a time.
func (j job) follow(bar *widget.ProgressBar) func(float64) {
	var busy atomic.Bool
	return func(part float64) {
		if busy.CompareAndSwap(false, true) {
			j.panel.board.o.Do(func() {
				busy.Store(false)
				bar.SetValue(part)
			})
		}
	}
}

// guarded ends a write when the job was cancelled.
type guarded struct {
	ctx context.Context
	w   io.Writer
}

func (g guarded) Write(b []byte) (int, error) {
	if err := g.ctx.Err(); err != nil {
		return 0, err
	}
	return g.w.Write(b)
}

func (p *panel) fail(err error) { dialog.ShowError(err, p.window()) }
