package window

import (
	"net/url"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/vitals"
	"streamscope/app/window/ui"
	"streamscope/widgets/table"
)

// showSheet shows something to read, with a button to close it.
func showSheet(win fyne.Window, title string, o fyne.CanvasObject) *dialog.CustomDialog {
	d := dialog.NewCustom(title, ui.Tr("close", "Close"), o, win)
	d.Show()
	return d
}

func (w *Window) showAbout() {
	build := runtime.Version()
	if info, ok := debug.ReadBuildInfo(); ok {
		revision := slices.IndexFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "vcs.revision" })
		if revision >= 0 {
			v := info.Settings[revision].Value
			build += "  ·  " + v[:min(12, len(v))]
		}
	}
	text := widget.NewLabel(ui.Tr("about.text", "A dashboard for live IoT streams.\nVersion {{.Version}}  ·  {{.Build}}\nLicence Apache-2.0",
		map[string]any{"Version": w.opt.Version, "Build": build}))
	text.Alignment = fyne.TextAlignCenter
	showSheet(w.win, "Streamscope", container.NewVBox(container.NewCenter(logo()), text))
}

func (w *Window) openLogs() {
	u := &url.URL{Scheme: "file", Path: filepath.ToSlash(w.opt.LogFolder)}
	if err := w.fyne.OpenURL(u); err != nil {
		dialog.ShowInformation(ui.Tr("logs.title", "Log folder"), w.opt.LogFolder, w.win)
	}
	w.status.Flash(ui.Tr("logs.where", "The logs are in {{.Folder}}", map[string]any{"Folder": w.opt.LogFolder}))
}

// showShortcuts lists the shortcuts of the menu, and the keys of the panes.
func (w *Window) showShortcuts() {
	rows := container.New(&columnsLayout{})
	add := func(keys, what string) {
		k := widget.NewLabel(keys)
		k.TextStyle.Bold = true
		rows.Add(k)
		rows.Add(widget.NewLabel(what))
	}
	for _, m := range w.win.MainMenu().Items {
		for _, i := range m.Items {
			if s, ok := i.Shortcut.(*desktop.CustomShortcut); ok {
				add(chord(s), i.Label)
			}
		}
	}
	for _, k := range paneKeys() {
		add(k[0], k[1])
	}
	scroll := container.NewVScroll(rows)
	scroll.SetMinSize(fyne.NewSize(520, 420))
	showSheet(w.win, ui.Tr("menu.shortcuts", "Shortcuts"), scroll)
}

// paneKeys are the keys that belong to a pane while it has the focus. Arrows are written in words:
// Fyne takes the space after a sign from the font of the sign, which has none.
func paneKeys() [][2]string {
	return [][2]string{
		{ui.Tr("keys.arrows", "Arrow keys"), ui.Tr("keys.tree", "Tree: move, open and close branches")},
		{"*", ui.Tr("keys.all", "Tree: open a branch with all beneath")},
		{"P", ui.Tr("keys.pin", "Tree: pin")},
		{"Enter", ui.Tr("keys.enter", "Tree: show the topic on the chart")},
		{"Esc", ui.Tr("keys.esc", "Filter: clear")},
		{"Ctrl+Enter", ui.Tr("keys.send", "Composer: send")},
		{ui.Tr("keys.arrows", "Arrow keys") + "  +  −", ui.Tr("keys.chart", "Chart: pan, zoom")},
		{"End", ui.Tr("keys.live", "Chart: back to live")},
		{"Space", ui.Tr("keys.freeze", "Chart: pause")},
		{"A  B", ui.Tr("keys.cursors", "Chart: put a cursor where the pointer is")},
		{"S", ui.Tr("keys.statistics", "Chart: statistics")},
		{"F11", ui.Tr("keys.full", "Chart: full screen")},
		{"Ctrl+C  Ctrl+A", ui.Tr("keys.copy", "Payload, history: copy, select all")},
		{"Ctrl+click  Shift+click", ui.Tr("keys.several", "History: select one more, or all up to there")},
	}
}

func chord(s *desktop.CustomShortcut) string {
	var parts []string
	if s.Modifier&fyne.KeyModifierShortcutDefault != 0 {
		parts = append(parts, map[bool]string{true: "⌘", false: "Ctrl"}[runtime.GOOS == "darwin"])
	}
	if s.Modifier&fyne.KeyModifierShift != 0 {
		parts = append(parts, "Shift")
	}
	return strings.Join(append(parts, string(s.KeyName)), "+")
}

// columnsLayout lays pairs out as two columns, the first as wide as it needs.
type columnsLayout struct{}

func (columnsLayout) first(objects []fyne.CanvasObject) (w float32) {
	for i := 0; i < len(objects); i += 2 {
		w = max(w, objects[i].MinSize().Width)
	}
	return w
}

func (l columnsLayout) MinSize(objects []fyne.CanvasObject) (s fyne.Size) {
	first := l.first(objects)
	for i := 1; i < len(objects); i += 2 {
		m := objects[i].MinSize()
		s.Width = max(s.Width, first+m.Width)
		s.Height += m.Height - theme.InnerPadding()
	}
	return s
}

func (l columnsLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	first, y := l.first(objects), float32(0)
	for i := 0; i+1 < len(objects); i += 2 {
		h := objects[i+1].MinSize().Height
		objects[i].Move(fyne.NewPos(0, y))
		objects[i].Resize(fyne.NewSize(first, h))
		objects[i+1].Move(fyne.NewPos(first, y))
		objects[i+1].Resize(fyne.NewSize(size.Width-first, h))
		y += h - theme.InnerPadding()
	}
}

// showPerformance shows the figures that --debug-addr serves, while the sheet is open.
func (w *Window) showPerformance() {
	figures := &figureRows{}
	t := table.New(figures,
		table.Column{Title: ui.Tr("performance.what", "Figure"), Width: 330},
		table.Column{Title: ui.Tr("facts.value", "Value"), Grow: true},
	)
	figures.rows = performanceRows(w.vitals.Snapshot())
	w.performance = func() {
		figures.rows = performanceRows(w.vitals.Snapshot())
		t.Refresh()
	}
	d := showSheet(w.win, ui.Tr("menu.performance", "Performance"), t)
	d.SetOnClosed(func() { w.performance = nil })
	d.Resize(fyne.NewSize(640, 500))
}

// figureRows is a table of names and values.
type figureRows struct{ rows [][2]string }

// Len implements table.Source.
func (f *figureRows) Len() int { return len(f.rows) }

// Row implements table.Source.
func (f *figureRows) Row(i int, cells []string) {
	if i < len(f.rows) {
		cells[0], cells[1] = f.rows[i][0], f.rows[i][1]
	}
}

func performanceRows(v vitals.Snapshot) [][2]string {
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	rows := [][2]string{
		{ui.Tr("performance.received", "Messages received"), ui.Count(v.Received)},
		{ui.Tr("performance.kept", "… kept"), ui.Count(v.Kept)},
		{ui.Tr("performance.evicted", "… given up for the byte budget"), ui.Count(v.Evicted)},
		{ui.Tr("performance.cleared", "… cleared by you"), ui.Count(v.Cleared)},
		{ui.Tr("performance.excluded", "… excluded"), ui.Count(v.Excluded)},
		{ui.Tr("performance.cut", "Payloads cut"), ui.Count(v.Cut)},
		{ui.Tr("performance.topics", "Topics"), ui.Count(v.Topics)},
		{ui.Tr("performance.history", "History"), ui.Size(v.HistoryBytes)},
		{ui.Tr("performance.in", "Bytes received"), ui.Size(int64(v.BytesIn))},
		{ui.Tr("performance.frames", "Frames drawn"), ui.Count(v.Frames)},
		{ui.Tr("performance.lag", "Delay of the screen, last 10 s (half / 99 % / worst)"), lag(v.UILag)},
		{ui.Tr("performance.lagtotal", "… since the start"), lag(v.UILagTotal)},
		{ui.Tr("performance.heap", "Memory in use"), ui.Size(int64(mem.HeapAlloc))},
		{ui.Tr("performance.goroutines", "Goroutines"), ui.Count(runtime.NumGoroutine())},
	}
	for _, t := range v.Taps {
		rows = append(rows, [2]string{ui.Tr("performance.tap", "Tap {{.Name}}: lost, lag", map[string]any{"Name": t.Name}),
			ui.Count(t.Lost) + ", " + milliseconds(t.Lag)})
	}
	return slices.Clip(rows)
}

func lag(l *vitals.Spread) string {
	if l == nil {
		return ""
	}
	return milliseconds(l.P50) + " / " + milliseconds(l.P99) + " / " + milliseconds(l.Max)
}

// milliseconds writes a short time so that three of them can be compared at a glance.
func milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	if ms >= 10 {
		return ui.Count(int(ms+0.5)) + " ms"
	}
	return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
}
