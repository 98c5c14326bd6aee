package window

import (
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	fynetooltip "github.com/dweymouth/fyne-tooltip"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app"
	"streamscope/app/vitals"
	"streamscope/app/window/audit"
	"streamscope/app/window/charts"
	"streamscope/app/window/compose"
	"streamscope/app/window/confirm"
	"streamscope/app/window/controls"
	"streamscope/app/window/floods"
	"streamscope/app/window/past"
	"streamscope/app/window/repeating"
	"streamscope/app/window/retained"
	"streamscope/app/window/server"
	"streamscope/app/window/subscriptions"
	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// Options is what the window needs beside the program's services.
type Options struct {
	Logger *slog.Logger
	// Version is shown under Help → About.
	Version string
	// LogFolder is opened by Help → Open log folder.
	LogFolder string
	// Demo starts with the simulated plant connected; its profile is kept in the folder, which
	// is the demo's own.
	Demo bool
	// Unsaved is a connection from the command line; nil if none.
	Unsaved *Unsaved
	// Connect names saved profiles to connect at the start.
	Connect []string
	// CommandLine is shown at /debug/vars; free of secrets.
	CommandLine []string
	// Fonts is closed once no other goroutine measures text: see [ReadFonts]. Until then the toolkit
	// finds out about screen and keyboard. Nil if there is none.
	Fonts <-chan struct{}
	// Do runs a function on the UI goroutine; fyne.Do unless a test brings its own.
	Do func(func())
}

// Unsaved is a connection that stands in no profile file.
type Unsaved struct {
	Profile profile.Valid
	Secrets app.Secrets
}

// Window is the main window. But for the functions that it hands to its tick and dialogs, all
// of it belongs to the UI goroutine.
type Window struct {
	fyne fyne.App
	app  *app.App
	opt  Options
	log  *slog.Logger
	win  fyne.Window
	do   func(func())

	chips    *chipBar
	banners  *bannerBar
	narrow   *narrowBar
	floods   ui.Lazy[*floods.Window]
	retained ui.Lazy[*retained.Window]
	tree     *treePane
	detail   *detailPane
	charts   *charts.Board
	composer ui.Lazy[*compose.Pane]
	audit    ui.Lazy[*audit.Window]
	controls ui.Lazy[*controls.Panel]
	repeat   *repeating.Window
	status   *statusBar
	welcome  *welcome
	names    *nameplates

	body        *fyne.Container
	left        *ui.Split       // tree | detail
	right       *ui.Split       // tree and detail | composer
	aside       *ui.Split       // all of that | controls
	upper       *ui.Split       // all of that / charts
	tools       *fyne.Container // what works on connections; hidden while there are none
	pauseBtn    *ttwidget.Button
	chartBtn    *ttwidget.Button
	sendBtn     *ttwidget.Button
	controlsBtn *ttwidget.Button
	// lockBtn and readOnlyItem show whether the window sends nothing.
	lockBtn      *ttwidget.Button
	readOnlyItem *fyne.MenuItem
	confirm      *confirm.Dialogs

	showCharts, showComposer, showControls bool
	paused                                 bool
	pausedAt                               time.Time
	pausedSeq                              map[uint32]uint64

	state  *keeper
	look   look
	ticker *ticker
	lag    *vitals.Lag
	vitals *vitals.Vitals
	// servers answer at the debug address.
	servers []*vitals.Server
	// performance brings the open sheet of figures up to date; nil while it is closed.
	performance func()
	// subscriptions is the open dialog; nil while it is closed.
	subscriptions *subscriptions.Dialog
	// manager is the open list of connections; nil while it is closed.
	manager *manager
	// server is the open sheet on a connection; nil while it is closed.
	server     *server.Sheet
	frames     frameCounter
	background *ui.Background
	quitting   atomic.Bool
	// leaving tells that the user is asked whether to quit.
	leaving bool
}

// New lays the window out and restores it as it was left. ShowAndRun shows it.
func New(fa fyne.App, a *app.App, o Options) *Window {
	if o.Do == nil {
		o.Do = fyne.Do
	}
	w := &Window{fyne: fa, app: a, opt: o, log: o.Logger, do: o.Do, win: fa.NewWindow("Streamscope")}
	if o.Fonts != nil {
		<-o.Fonts
	}
	w.background = ui.NewBackground(o.Do)
	w.state = openWorkspace(a.Folder, w.log)
	w.applyLook()
	w.build()
	w.win.SetMainMenu(w.mainMenu())
	w.restore()
	w.arrange()
	w.win.SetMaster()
	w.win.SetCloseIntercept(w.Quit)
	w.win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name != fyne.KeyEscape || !ui.Dismiss(w.win.Canvas()) {
			w.charts.Typed(e)
		}
	})
	w.win.SetOnDropped(func(_ fyne.Position, files []fyne.URI) { w.dropped(files) })
	w.ticker = &ticker{do: w.do, fast: w.fastTick, slow: w.slowTick}
	w.lag = vitals.NewLag(w.do)
	w.vitals = vitals.New(vitals.Options{Figures: w.figures, Lag: w.lag, CommandLine: o.CommandLine})
	w.vitals.Handle("/debug/ui", http.HandlerFunc(w.serveScene))
	w.watchSettings()
	return w
}

// build makes the panes and wires what the user can mean in one to the others.
func (w *Window) build() {
	w.names = newNameplates()
	w.chips = newChipBar(w.app, w.connectionMenu)
	w.banners = newBannerBar(w.app, w.editConnection, w.askPassword, w.showCertificate, w.diagnoseConnection)
	w.narrow = newNarrowBar(w.app)
	w.floods = ui.Lazily(w.newFloods)
	w.retained = ui.Lazily(w.newRetained)
	w.tree = newTreePane(w.app, w.do)
	w.detail = newDetailPane(w.payloadOptions(), past.Options{
		Window: w.win, Work: w.background,
		OnCopied: func(what string) { w.status.Flash(what) }, OnDone: func(what string) { w.status.Flash(what) },
		OnFail: w.fail, OnClear: w.clearBranch,
	})
	w.charts = w.newBoard()
	w.confirm = w.newConfirm()
	w.composer = ui.Lazily(w.newComposer)
	w.repeat = repeating.New(repeating.Options{
		App: w.app, Background: w.background, NewWindow: w.fyne.NewWindow,
	})
	w.controls = ui.Lazily(w.newControls)
	w.audit = ui.Lazily(w.newAudit)
	w.status = newStatusBar(w.app, w.repeat.Indicator)
	w.welcome = newWelcome(w)

	w.tree.onSelect = func(s ui.Selection) { w.detail.Show(s); w.saveSoon() }
	w.tree.onView = w.saveSoon
	w.tree.onMenu = w.topicMenu
	w.tree.onChart = w.charts.Add
	w.tree.onDrag, w.tree.onDrop = w.charts.Drag, w.charts.Drop
	w.tree.onPin = w.togglePin
	w.tree.onCopy = w.copyTopic
	w.detail.onChart, w.detail.onPin, w.detail.onPublish = w.charts.Add, w.togglePin, w.publishHere
	w.detail.onCopied = w.status.Flash
	w.detail.isPinned = w.tree.watch.Pinned
	w.detail.values.onDrag, w.detail.values.onDrop = w.charts.Drag, w.charts.Drop
	w.detail.values.onShow = func(s ui.Selection) { w.tree.Choose(s, s.Path); w.detail.Show(s); w.saveSoon() }

	w.left = ui.NewHSplit(w.tree.object, w.detail.object)
	w.left.Offset = 0.52
	w.right = ui.NewHSplit(w.left, container.NewStack())
	w.right.Offset = 0.68
	w.aside = ui.NewHSplit(w.left, container.NewStack())
	w.aside.Offset = 0.77
	w.upper = ui.NewVSplit(w.left, w.charts.Object)
	w.upper.Offset = 0.62
	w.body = container.NewStack()
	frame := container.NewBorder(
		container.NewVBox(w.toolbar(), widget.NewSeparator(), w.banners.object, w.narrow.object),
		container.NewVBox(widget.NewSeparator(), w.status.object), nil, nil, w.body)
	all := container.NewStack(&w.frames, frame, w.charts.Layer())
	w.win.SetContent(fynetooltip.AddWindowToolTipLayer(all, w.win.Canvas()))
	w.name()
}

func (w *Window) toolbar() fyne.CanvasObject {
	connect := ttwidget.NewButtonWithIcon(ui.Tr("toolbar.connect", "Connect"), theme.ContentAddIcon(), nil)
	connect.OnTapped = func() {
		at := w.fyne.Driver().AbsolutePositionForObject(connect).Add(fyne.NewPos(0, connect.Size().Height))
		widget.ShowPopUpMenuAtPosition(w.connectMenu(), w.win.Canvas(), at)
	}
	w.pauseBtn = ttwidget.NewButtonWithIcon(ui.Tr("toolbar.pause", "Pause"), theme.MediaPauseIcon(), w.togglePause)
	w.chartBtn = ttwidget.NewButtonWithIcon(ui.Tr("toolbar.charts", "Charts"), ui.ChartIcon, func() { w.setCharts(!w.showCharts) })
	w.sendBtn = ttwidget.NewButtonWithIcon(ui.Tr("toolbar.publish", "Publish"), theme.MailSendIcon(), func() { w.setComposer(!w.showComposer) })
	connect.SetToolTip(ui.Tr("toolbar.connect.tip", "Connect to a saved broker, or add one"))
	w.pauseBtn.SetToolTip(ui.Tr("toolbar.pause.tip", "Freeze what is shown; everything is still received (Ctrl+P)"))
	w.chartBtn.SetToolTip(ui.Tr("toolbar.charts.tip", "Open or close the chart (Ctrl+G)"))
	w.controlsBtn = ttwidget.NewButtonWithIcon(ui.Tr("controls.title", "Controls"), theme.GridIcon(), func() { w.setControls(!w.showControls) })
	w.controlsBtn.SetToolTip(ui.Tr("toolbar.controls.tip", "Saved commands as buttons, toggles and sliders (Ctrl+B)"))
	w.sendBtn.SetToolTip(ui.Tr("toolbar.publish.tip", "Write a message to send (Ctrl+M)"))
	w.names.Set("connect", connect)
	w.lockBtn = ttwidget.NewButtonWithIcon("", ui.LockOpenIcon, w.toggleReadOnly)
	w.lockBtn.SetToolTip(ui.Tr("toolbar.readonly.tip", "Read-only: send nothing over any connection (Ctrl+Shift+L)"))
	w.tools = container.NewHBox(w.lockBtn, w.pauseBtn, w.chartBtn, w.controlsBtn, w.sendBtn)
	chips := container.NewHScroll(container.NewHBox(w.chips.object, connect))
	return container.NewPadded(container.NewBorder(nil, nil, nil, w.tools, chips))
}

// ShowAndRun shows the window and returns when the program ends. Only main calls it. started is
// called on the UI goroutine when Fyne's loop runs: what any other goroutine hands to the UI
// before that would run there and then.
func (w *Window) ShowAndRun(started func()) {
	w.fyne.Lifecycle().SetOnStarted(func() {
		w.start()
		started()
	})
	w.win.ShowAndRun()
}

// start connects what was asked for and lets the clock run.
func (w *Window) start() {
	if w.opt.Demo {
		w.startDemo()
	}
	if u := w.opt.Unsaved; u != nil {
		w.open(u.Profile, u.Secrets)
	}
	w.connectAtStart()
	for _, name := range w.opt.Connect {
		w.connectNamed(name)
	}
	w.ticker.Start()
	w.lag.Start()
}

// arrange puts the panes that are shown into the window.
func (w *Window) arrange() {
	var shown fyne.CanvasObject = w.left
	if w.showComposer {
		w.right.Trailing = w.composer.Get().Object
		shown = w.right
	}
	if w.showControls {
		w.aside.Leading, w.aside.Trailing = shown, w.controls.Get().Object
		shown = w.aside
	}
	if w.showCharts {
		w.upper.Leading = shown
		shown = w.upper
	}
	if len(w.app.Connections()) == 0 {
		w.welcome.Load()
		shown = w.welcome.object
	}
	ui.Show(w.charts.Object, w.showCharts)
	w.body.Objects = []fyne.CanvasObject{shown}
	w.body.Refresh()
	ui.Highlight(&w.chartBtn.Button, w.showCharts)
	ui.Highlight(&w.sendBtn.Button, w.showComposer)
	ui.Highlight(&w.controlsBtn.Button, w.showControls)
	ui.Highlight(&w.pauseBtn.Button, w.paused)
	ui.Show(w.tools, len(w.app.Connections()) > 0)
}

func (w *Window) setCharts(on bool) {
	w.showCharts = on
	w.arrange()
	w.saveSoon()
}

func (w *Window) setComposer(on bool) {
	w.showComposer = on
	if on {
		w.composer.Get().Refresh()
		w.composer.Get().Suggest(w.detail.sel.Conn)
	}
	w.arrange()
	w.saveSoon()
}

func (w *Window) togglePin(s ui.Selection) {
	if err := w.tree.watch.Toggle(s); err != nil {
		w.fail(err)
	}
	w.detail.refresh(time.Now())
	w.saveSoon()
}

func (w *Window) publishHere(s ui.Selection) {
	w.composer.Get().PublishHere(s)
	w.setComposer(true)
	w.composer.Get().Focus()
}

// togglePause freezes what is shown at this instant, or goes back to the present.
func (w *Window) togglePause() {
	w.paused = !w.paused
	w.pausedAt = time.Now()
	w.pausedSeq = map[uint32]uint64{}
	for _, c := range w.app.Connections() {
		if w.paused {
			w.pauseConnection(c)
		} else {
			c.Index().Resume()
		}
	}
	w.tree.setPaused(w.paused)
	w.charts.Pause(w.paused)
	w.arrange()
}

func (w *Window) pauseConnection(c *app.Connection) {
	w.pausedSeq[c.Ordinal] = c.Index().Seq()
	c.Index().Pause()
}

// pausedWord says since when the view stands, and how much came meanwhile.
func (w *Window) pausedWord() string {
	if !w.paused {
		return ""
	}
	var n uint64
	for _, c := range w.app.Connections() {
		n += c.Index().Seq() - w.pausedSeq[c.Ordinal]
	}
	return ui.TrN(n, "status.paused", "Paused at {{.Time}}; {{.N}} message came since, and is kept", "Paused at {{.Time}}; {{.N}} messages came since, and are kept",
		map[string]any{"Time": w.pausedAt.Format(time.TimeOnly)})
}

func (w *Window) fastTick(now time.Time, slow bool) bool {
	return !w.quitting.Load() && w.charts.Tick(now, slow)
}

func (w *Window) slowTick(now time.Time) {
	if w.quitting.Load() {
		return
	}
	w.chips.refresh(now)
	w.banners.refresh()
	w.narrow.refresh()
	working := ""
	w.retained.If(func(r *retained.Window) {
		r.Tick()
		working = r.Working()
	})
	w.status.refresh(now, w.pausedWord(), working)
	w.tree.refresh(now)
	w.floods.If(func(f *floods.Window) { f.Tick(now) })
	w.detail.refresh(now)
	w.charts.Refresh()
	if w.showComposer {
		w.composer.Get().Refresh()
	}
	if w.showControls {
		w.controls.Get().Tick(now)
	}
	w.repeat.Tick()
	if w.performance != nil {
		w.performance()
	}
	if w.subscriptions != nil {
		w.subscriptions.Refresh()
	}
	if w.server != nil {
		w.server.Refresh()
	}
	w.saveIfDue(now)
}

// Raise brings the window to the front. Any goroutine may call it.
func (w *Window) Raise() {
	w.do(func() {
		w.win.Show()
		w.win.RequestFocus()
	})
}

// fail shows an error that a click ran into.
func (w *Window) fail(err error) {
	w.log.Error("shown to the user", "err", err)
	dialog.ShowError(err, w.win)
}

// Quit ends the program, once the user knows what goes with it.
func (w *Window) Quit() {
	if n := w.app.Waiting(); n > 0 && !w.quitting.Load() {
		w.askToQuit(n)
		return
	}
	w.leave()
}

// askToQuit says how many messages are lost.
func (w *Window) askToQuit(n int) {
	if w.leaving {
		return
	}
	w.leaving = true
	text := widget.NewLabel(ui.Tr("quit.waiting", "Messages wait that were not sent, or that the broker has not confirmed: {{.N}}. They are in memory only. If you quit, they are dropped; nothing goes by itself at the next start.\n\nYou find them beneath what is published, under “Waiting”.",
		map[string]any{"N": n}))
	text.Wrapping = fyne.TextWrapWord
	ask := dialog.NewCustomConfirm(ui.Tr("quit.title", "Quit and drop what waits?"), ui.Tr("quit.drop", "Quit and drop"), ui.Tr("quit.stay", "Stay"), text, func(drop bool) {
		w.leaving = false
		if drop {
			w.leave()
			return
		}
		w.setComposer(true)
		w.composer.Get().ShowWaiting()
	}, w.win)
	ask.SetConfirmImportance(widget.DangerImportance)
	ask.Resize(fyne.NewSize(480, 0))
	ask.Show()
}

// leave saves, stops every worker and ends the program. Workers must be gone before Fyne's loop
// ends: after it, fyne.Do would run on their own goroutines.
func (w *Window) leave() {
	if w.quitting.Load() {
		return
	}
	w.quitting.Store(true)
	if w.manager != nil {
		w.manager.finish()
	}
	w.saveNow()
	w.floods.If((*floods.Window).Close)
	w.audit.If((*audit.Window).Close)
	w.controls.If((*controls.Panel).Close)
	w.repeat.Close()
	w.retained.If((*retained.Window).Close)
	w.win.Hide()
	w.charts.CloseWindows()
	go func() {
		w.ticker.Close()
		w.lag.Close()
		for _, s := range w.servers {
			s.Close()
		}
		w.tree.Close()
		w.do(w.charts.Close)
		w.app.Shutdown()
		w.background.Wait()
		w.do(w.fyne.Quit)
	}()
}
