package window

import (
	"log/slog"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"streamscope/app"
	"streamscope/app/window/charts"
	"streamscope/app/window/ui"
	"streamscope/app/workspace"
)

// saveDelay gathers what changes within a moment, a dragged divider say, into one write.
const saveDelay = 2 * time.Second

// keeper holds the document of where the user left off and writes it in the background. It is
// used on the UI goroutine.
type keeper struct {
	folder string
	log    *slog.Logger
	doc    workspace.Workspace
	due    time.Time
	// captured numbers the states of the window that were read out.
	captured uint64

	disk sync.Mutex // lets one write at a time through, and guards written
	// written is the number of the state on the disk.
	written uint64
}

func openWorkspace(folder string, log *slog.Logger) *keeper {
	doc, err := workspace.Load(folder)
	if err != nil {
		log.Error("the workspace starts afresh", "err", err)
	}
	return &keeper{folder: folder, log: log, doc: doc}
}

// write saves a copy of the document as it was captured, and the charts where they belong, unless
// later ones were saved already; it waits for the disk.
func (k *keeper) write(a *app.App, doc workspace.Workspace, board charts.Kept, captured uint64) {
	k.disk.Lock()
	defer k.disk.Unlock()
	if captured < k.written {
		return
	}
	k.written = captured
	others, err := board.Save(a)
	if err != nil {
		k.log.Error("charts could not be saved with their profile", "err", err)
	}
	doc.Charts = others
	if err := workspace.Save(k.folder, doc); err != nil {
		k.log.Error("the workspace could not be saved", "err", err)
	}
}

// saveSoon asks for the state of the window to be saved within a moment.
func (w *Window) saveSoon() {
	if w.state.due.IsZero() {
		w.state.due = time.Now().Add(saveDelay)
	}
}

func (w *Window) saveIfDue(now time.Time) {
	if w.state.due.IsZero() || now.Before(w.state.due) {
		return
	}
	w.state.due = time.Time{}
	doc, boards := w.capture(), w.charts.Kept()
	captured := w.state.captured
	w.background.Go(func() func() { w.state.write(w.app, doc, boards, captured); return nil })
}

func (w *Window) saveNow() {
	doc := w.capture()
	w.state.write(w.app, doc, w.charts.Kept(), w.state.captured)
}

// capture reads out of the panes where the user is.
func (w *Window) capture() workspace.Workspace {
	for _, c := range w.app.Connections() {
		w.rememberConnection(c)
	}
	doc := &w.state.doc
	if size := w.win.Canvas().Size(); size.Width > 0 && !w.win.FullScreen() {
		doc.Window.Width, doc.Window.Height = size.Width, size.Height
	}
	doc.Splits = map[string]float64{"tree": w.left.Offset, "publish": w.right.Offset, "charts": w.upper.Offset}
	w.tree.save(doc)
	doc.ChartsOpen, doc.PublishOpen, doc.ReadOnly = w.showCharts, w.showComposer, w.app.ReadOnly()
	doc.ControlsOpen = w.showControls
	doc.Open = nil
	for _, c := range w.app.Connections() {
		if c.Saved() {
			doc.Open = append(doc.Open, c.Profile().ID)
		}
	}
	if s := w.detail.sel; s.Conn != nil && s.Topic != "" {
		doc.Selection = &workspace.Value{Profile: s.Conn.Profile().ID, Topic: s.Topic, Path: s.Path}
	} else if old := doc.Selection; old != nil && w.app.Connection(old.Profile) != nil {
		doc.Selection = nil
	}
	w.state.captured++
	return cloned(*doc)
}

// cloned copies what a background write reads while the UI goes on.
func cloned(doc workspace.Workspace) workspace.Workspace {
	views := make(map[string]workspace.View, len(doc.Views))
	for id, v := range doc.Views {
		views[id] = v
	}
	doc.Views = views
	return doc
}

// rememberConnection takes over what the tree shows of a connection.
func (w *Window) rememberConnection(c *app.Connection) {
	id := c.Profile().ID
	v := workspace.View{Open: !w.tree.rootClosed[id]}
	v.Expanded, v.Collapsed, v.Beneath = w.tree.view(c).lists()
	for k, path := range w.tree.chosen {
		if k.profile == id {
			v.Chosen = append(v.Chosen, workspace.Choice{Topic: k.topic, Path: path})
		}
	}
	if w.state.doc.Views == nil {
		w.state.doc.Views = map[string]workspace.View{}
	}
	w.state.doc.Views[id] = v
}

// restoreConnection opens the branches of a connection as they were left.
func (w *Window) restoreConnection(c *app.Connection) {
	id := c.Profile().ID
	if v, ok := w.state.doc.Views[id]; ok && w.tree.views[id].untouched() {
		e := expansionOf(v.Expanded, v.Collapsed, v.Beneath)
		w.tree.views[id] = &e
		w.tree.rootClosed[id] = !v.Open
		for _, choice := range v.Chosen {
			w.tree.chosen[topicKey{id, choice.Topic}] = choice.Path
		}
	}
	if s := w.state.doc.Selection; s != nil && s.Profile == id && w.detail.sel.Topic == "" {
		w.detail.Show(ui.Selection{Conn: c, Topic: s.Topic, Path: s.Path})
		w.tree.awaited = topicKey{id, s.Topic}
	}
}

// restore puts panes and settings back; connections bring their own when they open.
func (w *Window) restore() {
	doc := w.state.doc
	w.win.Resize(fyne.NewSize(doc.Window.Width, doc.Window.Height))
	offset(&w.left.Offset, doc.Splits["tree"])
	offset(&w.right.Offset, doc.Splits["publish"])
	offset(&w.upper.Offset, doc.Splits["charts"])
	w.tree.restore(doc)
	w.showCharts, w.showComposer, w.showControls = doc.ChartsOpen, doc.PublishOpen, doc.ControlsOpen
	w.app.SetReadOnly(doc.ReadOnly)
	w.showReadOnly()
	w.charts.Load(doc.Charts)
}

// offset restores a divider; one that was dragged to an edge comes back where it can be seen.
func offset(at *float64, saved float64) {
	if saved > 0 {
		*at = min(max(saved, 0.08), 0.92)
	}
}
