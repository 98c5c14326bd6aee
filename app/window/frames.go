package window

import (
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
)

// frameCounter counts the frames that the window draws. Fyne tells nobody when it draws, but it
// measures every visible object right before; this one takes no room and counts how often it
// is measured, taking measurements within a few ms for the same frame.
type frameCounter struct {
	n    atomic.Uint64
	last time.Time
}

// sameFrame is less than the 16 ms between two frames of Fyne's loop.
const sameFrame = 8 * time.Millisecond

// Count returns the frames since the start. Any goroutine may call it.
func (f *frameCounter) Count() uint64 { return f.n.Load() }

func (f *frameCounter) MinSize() fyne.Size {
	if now := time.Now(); now.Sub(f.last) > sameFrame {
		f.last = now
		f.n.Add(1)
	}
	return fyne.Size{}
}

func (f *frameCounter) Move(fyne.Position)      {}
func (f *frameCounter) Position() fyne.Position { return fyne.Position{} }
func (f *frameCounter) Resize(fyne.Size)        {}
func (f *frameCounter) Size() fyne.Size         { return fyne.Size{} }
func (f *frameCounter) Hide()                   {}
func (f *frameCounter) Show()                   {}
func (f *frameCounter) Visible() bool           { return true }
func (f *frameCounter) Refresh()                {}
