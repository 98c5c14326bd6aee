// Command bare is a window with next to nothing in it, in the toolkit of the real one: what that is
// compared with by `make bench`. It may change as many texts as a full tree, or a picture of some
// size, so many times a second.
package main

import (
	"flag"
	"fmt"
	"image"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	_ "streamscope/app/tune" // as the real one does
	"streamscope/app/vitals"
)

const (
	rows    = 40
	columns = 3
)

func main() {
	hz := flag.Float64("hz", 0, "how often all texts change in a second; 0 shows none")
	raster := flag.String("raster", "", "redraw a picture of so many pixels in place of the texts: 800x300")
	addr := flag.String("debug-addr", "127.0.0.1:0", "where figures and profiles are served")
	width := flag.Float64("width", 1280, "of the window")
	height := flag.Float64("height", 760, "of the window")
	flag.Parse()

	a := fyneapp.NewWithID("app.streamscope.bare")
	w := a.NewWindow("Streamscope, bare")
	w.SetMaster()
	p := &pane{}
	switch {
	case *raster != "":
		picture, err := p.picture(*raster)
		if err != nil {
			fmt.Fprintln(os.Stderr, "bare:", err)
			os.Exit(2)
		}
		w.SetContent(picture)
	default:
		w.SetContent(p.content(*hz > 0))
	}
	w.Resize(fyne.NewSize(float32(*width), float32(*height)))

	lag := vitals.NewLag(fyne.Do)
	v := vitals.New(vitals.Options{
		Lag:     lag,
		Figures: func() vitals.Figures { return vitals.Figures{Frames: p.frames.Load()} },
	})
	v.Handle("GET /debug/ui", http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		fyne.DoAndWait(func() {})
		vitals.WriteJSON(rw, map[string]bool{"idle": true})
	}))
	a.Lifecycle().SetOnStarted(func() {
		server, err := v.Listen(*addr)
		if err != nil {
			fmt.Fprintln(os.Stderr, "bare:", err)
			a.Quit()
			return
		}
		fmt.Fprintln(os.Stderr, "debug:", server.URL())
		lag.Start()
		if *hz > 0 {
			go p.run(time.Duration(float64(time.Second) / *hz))
		}
	})
	w.ShowAndRun()
}

// pane is what stands in the window.
type pane struct {
	texts  []*canvas.Text
	pixels *image.RGBA
	raster *canvas.Raster
	round  int
	frames atomic.Uint64
	busy   atomic.Bool
	last   time.Time
}

func (p *pane) content(full bool) fyne.CanvasObject {
	if !full {
		return container.NewStack(&counter{pane: p})
	}
	list := container.NewVBox()
	for range rows {
		row := container.New(layout.NewGridLayout(columns))
		for range columns {
			t := canvas.NewText("0.00", theme.Color(theme.ColorNameForeground))
			t.TextSize = 13
			p.texts = append(p.texts, t)
			row.Add(t)
		}
		list.Add(row)
	}
	return container.NewStack(&counter{pane: p}, container.New(layout.NewCustomPaddedVBoxLayout(0), list.Objects...))
}

// picture is one raster over a picture that is there already, as a chart has it.
func (p *pane) picture(size string) (fyne.CanvasObject, error) {
	var wide, high int
	if n, err := fmt.Sscanf(size, "%dx%d", &wide, &high); n != 2 || err != nil || wide < 1 || high < 1 {
		return nil, fmt.Errorf("-raster %s is no size like 800x300", size)
	}
	p.pixels = image.NewRGBA(image.Rect(0, 0, wide, high))
	p.raster = canvas.NewRaster(func(int, int) image.Image { return p.pixels })
	p.raster.ScaleMode = canvas.ImageScalePixels
	p.raster.Resize(fyne.NewSize(float32(wide), float32(high)))
	return container.NewStack(&counter{pane: p}, container.NewWithoutLayout(p.raster)), nil
}

// run changes all texts, once a period; a change that the screen has not taken is not followed
// by the next.
func (p *pane) run(period time.Duration) {
	for range time.Tick(period) {
		if p.busy.CompareAndSwap(false, true) {
			fyne.Do(p.change)
		}
	}
}

func (p *pane) change() {
	defer p.busy.Store(false)
	p.round++
	for i, t := range p.texts {
		t.Text = strconv.FormatFloat(float64((p.round*37+i*101)%100_000)/100, 'f', 2, 64)
		t.Refresh()
	}
	if p.raster != nil {
		row := p.round % p.pixels.Rect.Dy() * p.pixels.Stride
		for i := range p.pixels.Stride {
			p.pixels.Pix[row+i] ^= 0xFF
		}
		p.raster.Refresh()
	}
}

// counter counts frames: Fyne measures every visible object right before it draws one.
type counter struct{ pane *pane }

func (c *counter) MinSize() fyne.Size {
	if now := time.Now(); now.Sub(c.pane.last) > 8*time.Millisecond {
		c.pane.last = now
		c.pane.frames.Add(1)
	}
	return fyne.Size{}
}

func (c *counter) Move(fyne.Position)      {}
func (c *counter) Position() fyne.Position { return fyne.Position{} }
func (c *counter) Resize(fyne.Size)        {}
func (c *counter) Size() fyne.Size         { return fyne.Size{} }
func (c *counter) Hide()                   {}
func (c *counter) Show()                   {}
func (c *counter) Visible() bool           { return true }
func (c *counter) Refresh()                {}
