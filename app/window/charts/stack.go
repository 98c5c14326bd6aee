package charts

import "fyne.io/fyne/v2"

// leastHeight is what a chart needs to be read; more charts than fit scroll.
const leastHeight = 150

// stackLayout gives the charts of the dock equal parts of its height.
type stackLayout struct{}

func (stackLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(0, leastHeight*float32(len(objects)))
	for _, o := range objects {
		size.Width = max(size.Width, o.MinSize().Width)
	}
	return size
}

func (stackLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	height := size.Height / float32(max(len(objects), 1))
	for i, o := range objects {
		o.Move(fyne.NewPos(0, height*float32(i)))
		o.Resize(fyne.NewSize(size.Width, height))
	}
}
