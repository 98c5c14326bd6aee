package window

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	fynetooltip "github.com/dweymouth/fyne-tooltip"
	"go.uber.org/goleak"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/app/window/uitest"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
	"streamscope/widgets/topictree"
)

// patience bounds every wait; a test that waits that long has failed.
const patience = 30 * time.Second

// desk is a user in front of a whole window: real services on a folder of its own, real
// connections, and Fyne's test driver. The goroutine of the test is the UI goroutine.
type desk struct {
	*testing.T
	folder string
	app    *app.App
	fyne   *quitter
	win    *Window
	ui     *uitest.Queue
	log    *logged
	closed bool
	// drawn holds the widgets that were in sight.
	drawn map[fyne.Widget]bool
}

// quitter is an application that tells when it was asked to quit.
type quitter struct {
	fyne.App
	quit bool
}

func (q *quitter) Quit() { q.quit = true }

// logged is what the program logged, to be shown when a test fails.
type logged struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// sitDown opens the window on a folder in which nothing is yet.
func sitDown(t *testing.T) *desk { return sitDownAt(t, t.TempDir(), Options{}) }

func sitDownAt(t *testing.T, folder string, o Options) *desk {
	t.Helper()
	d := &desk{T: t, folder: folder, ui: uitest.NewQueue(), log: &logged{}, drawn: map[fyne.Widget]bool{}}
	d.Cleanup(func() {
		if d.Failed() {
			d.Logf("the program's log:\n%s", d.log)
		}
	})
	leaks := goleak.IgnoreCurrent()
	logger := slog.New(slog.NewTextHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	a, err := app.New(app.Params{Folder: folder, Logger: logger, Secrets: secret.Options{NoKeyring: true, WorkFactor: 2}})
	if err != nil {
		t.Fatal(err)
	}
	o.Logger, o.Do, o.Version = logger, d.ui.Do, "1.2.3"
	d.app, d.fyne = a, &quitter{App: test.NewTempApp(t)}
	d.win = New(d.fyne, a, o)
	d.Cleanup(func() {
		d.quits()
		// The tooltips' list would hold every window of every test. The program lets it be: a tip
		// that is just due looks for its layer.
		fynetooltip.DestroyWindowToolTipLayer(d.win.win.Canvas())
		// A broker that was started anew outlives the window.
		goleak.VerifyNone(t, leaks, goleak.IgnoreAnyFunction("streamscope/connections/brokertest.(*Mosquitto).start.func1"),
			goleak.IgnoreAnyFunction("os/exec.(*Cmd).Start.func2"))
	})
	d.win.start()
	return d
}

// quits leaves the program and waits until it has ended.
func (d *desk) quits() {
	d.Helper()
	if d.closed {
		return
	}
	d.closed = true
	d.win.Quit()
	for deadline := time.Now().Add(patience); !d.fyne.quit; d.turn() {
		if time.Now().After(deadline) {
			d.Fatal("the program does not end")
		}
	}
	d.win.win.Close()
}

// comesBack quits and starts the program anew on the same folder.
func (d *desk) comesBack() *desk {
	d.Helper()
	d.quits()
	return sitDownAt(d.T, d.folder, Options{})
}

// turn runs what waits for the UI goroutine, or waits for it for a moment.
func (d *desk) turn() {
	d.ui.Nap()
	d.ui.Drain()
}

// await lets the window live until cond holds.
func (d *desk) await(what string, cond func() bool) {
	d.Helper()
	for deadline := time.Now().Add(patience); ; d.turn() {
		d.ticks()
		if cond() {
			return
		}
		if time.Now().After(deadline) {
			d.Fatalf("waited in vain: %s\n%s", what, d.screen())
		}
	}
}

func (d *desk) ticks() {
	now := time.Now()
	d.win.fastTick(now, true)
	d.win.slowTick(now)
	d.ui.Drain()
	d.seen()
}

// screen is what stands on the screen, for a message.
func (d *desk) screen() string {
	var b strings.Builder
	for _, l := range d.tree() {
		fmt.Fprintf(&b, "  row %q value %q note %q\n", l.topic, l.Value, l.Note)
	}
	for _, s := range d.texts() {
		fmt.Fprintf(&b, "  text %q\n", s)
	}
	return b.String()
}

// seen lists the visible objects of the dialog or menu on top or, without one, of the window.
// Like a frame of Fyne's, it lays out what comes into sight for the first time; the test driver
// draws none.
func (d *desk) seen() []fyne.CanvasObject {
	root := d.win.win.Canvas().Overlays().Top()
	if root == nil {
		root = d.win.win.Canvas().Content()
	}
	var all []fyne.CanvasObject
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if o == nil || !o.Visible() {
			return
		}
		all = append(all, o)
		switch o := o.(type) {
		case *fyne.Container:
			for _, child := range o.Objects {
				walk(child)
			}
		case fyne.Widget:
			r := test.WidgetRenderer(o)
			if !d.drawn[o] {
				d.drawn[o] = true
				r.Layout(o.Size())
			}
			for _, child := range r.Objects() {
				walk(child)
			}
		}
	}
	walk(root)
	return all
}

// texts lists the words of the labels, buttons, fields and lines that are in sight.
func (d *desk) texts() []string {
	var said []string
	for _, o := range d.seen() {
		if s := wordsOf(o); s != "" {
			said = append(said, s)
		}
	}
	return said
}

// reads reports whether a text in sight holds the words.
func (d *desk) reads(words string) bool {
	return slices.ContainsFunc(d.texts(), func(s string) bool { return strings.Contains(s, words) })
}

func (d *desk) mustRead(words ...string) {
	d.Helper()
	for _, w := range words {
		if !d.reads(w) {
			d.Errorf("%q stands nowhere on\n%s", w, d.screen())
		}
	}
}

func (d *desk) mustNotRead(words ...string) {
	d.Helper()
	for _, w := range words {
		if d.reads(w) {
			d.Errorf("%q stands on\n%s", w, d.screen())
		}
	}
}

// wordsOf extends textOf by what has no name in a scene.
func wordsOf(o fyne.CanvasObject) string {
	switch o := o.(type) {
	case *widget.Check:
		return o.Text
	default:
		return textOf(o)
	}
}

// clicks presses the button, check or menu item of that label.
func (d *desk) clicks(label string) {
	d.Helper()
	o := d.find("a button "+label, func(o fyne.CanvasObject) bool {
		_, tappable := o.(fyne.Tappable)
		return tappable && (wordsOf(o) == label || itemLabel(o) == label)
	})
	if dis, ok := o.(fyne.Disableable); ok && dis.Disabled() {
		d.Fatalf("%q is grey", label)
	}
	test.Tap(o.(fyne.Tappable))
	d.ui.Drain()
}

// itemLabel is the label of a menu's item: a type of Fyne's own, so its text is looked for.
func itemLabel(o fyne.CanvasObject) string {
	w, ok := o.(fyne.Widget)
	if !ok || fmt.Sprintf("%T", o) != "*widget.menuItem" {
		return ""
	}
	for _, child := range test.WidgetRenderer(w).Objects() {
		if t, ok := child.(*canvas.Text); ok {
			return t.Text
		}
	}
	return ""
}

func (d *desk) find(what string, is func(fyne.CanvasObject) bool) fyne.CanvasObject {
	d.Helper()
	for _, o := range d.seen() {
		if is(o) {
			return o
		}
	}
	d.Fatalf("there is no %s on\n%s", what, d.screen())
	return nil
}

// button finds a button by its label.
func (d *desk) button(label string) *widget.Button {
	d.Helper()
	return d.find("button "+label, func(o fyne.CanvasObject) bool {
		b, ok := o.(*widget.Button)
		return ok && b.Text == label
	}).(*widget.Button)
}

// chooses picks a command of the main menu.
func (d *desk) chooses(path ...string) {
	d.Helper()
	var items []*fyne.MenuItem
	for _, m := range d.win.win.MainMenu().Items {
		if m.Label == path[0] {
			items = m.Items
		}
	}
	d.picks(items, path[1:]...)
}

func (d *desk) picks(items []*fyne.MenuItem, path ...string) {
	d.Helper()
	i := slices.IndexFunc(items, func(i *fyne.MenuItem) bool { return i.Label == path[0] })
	if i < 0 || items[i].Disabled {
		d.Fatalf("no %q to choose", path[0])
	}
	if len(path) > 1 {
		d.picks(items[i].ChildMenu.Items, path[1:]...)
		return
	}
	items[i].Action()
	d.ui.Drain()
}

// field is what one types into.
type field interface {
	fyne.CanvasObject
	fyne.Focusable
	fyne.Shortcutable
	SetText(string)
}

// fills replaces what stands in a field, named like the scene names it or by its hint.
func (d *desk) fills(name, text string) {
	d.Helper()
	f := d.field(name)
	d.win.win.Canvas().Focus(f)
	f.SetText("")
	test.Type(f, text)
	d.ui.Drain()
}

func (d *desk) field(name string) field {
	d.Helper()
	if f, ok := d.win.names.byKey[name].(field); ok {
		return f
	}
	return d.find("a field "+name, func(o fyne.CanvasObject) bool {
		switch e := o.(type) {
		case *widget.Entry:
			return e.PlaceHolder == name
		case *ui.Entry:
			return e.PlaceHolder == name
		}
		return false
	}).(field)
}

// line is a row of the tree as the user sees it.
type line struct {
	topictree.Row
	topic string
	conn  *app.Connection
}

// tree lists all rows, also those beyond the view; a connection's row has no topic.
func (d *desk) tree() []line {
	p := d.win.tree
	return d.lines(treeSource{p}, p.with)
}

// watched lists the rows of the watch list.
func (d *desk) watched() []line {
	w := d.win.tree.watch
	return d.lines(w, w.with)
}

func (d *desk) lines(source topictree.Source, with func(uint64, func(ui.Selection))) []line {
	rows := make([]topictree.Row, source.Len())
	source.Fill(0, rows)
	lines := make([]line, len(rows))
	for i, r := range rows {
		lines[i].Row = r
		with(r.Key, func(s ui.Selection) { lines[i].topic, lines[i].conn = s.Topic, s.Conn })
	}
	return lines
}

// row finds the row of a topic; ok is false if it is not shown.
func (d *desk) row(topic string) (l line, ok bool) {
	for _, l := range d.tree() {
		if l.topic == topic && l.Kind != topictree.Root {
			return l, true
		}
	}
	return line{}, false
}

func (d *desk) value(topic string) string {
	l, _ := d.row(topic)
	return l.Value
}

// root is the row of the only connection.
func (d *desk) root() line {
	for _, l := range d.tree() {
		if l.Kind == topictree.Root {
			return l
		}
	}
	return line{}
}

// topicsInSight lists the tree's rows beneath the connections.
func (d *desk) topicsInSight() []string {
	var list []string
	for _, l := range d.tree() {
		if l.Kind != topictree.Root {
			list = append(list, l.topic)
		}
	}
	return list
}

// selects moves the selection to a topic's row.
func (d *desk) selects(topic string) {
	d.Helper()
	d.await("the row "+topic, func() bool { _, ok := d.row(topic); return ok })
	for i, l := range d.tree() {
		if l.topic == topic && l.Kind != topictree.Root {
			d.win.tree.tree.Select(i)
		}
	}
	d.ui.Drain()
}

// opens expands or closes a branch by its row.
func (d *desk) opens(topic string, open bool) {
	d.Helper()
	l, ok := d.row(topic)
	if !ok {
		d.Fatalf("there is no row %q", topic)
	}
	d.win.tree.tree.OnToggle(0, l.Key, open)
	d.ui.Drain()
}

// menuOf opens the context menu of a topic's row, on the screen.
func (d *desk) menuOf(topic string) {
	d.Helper()
	l, ok := d.row(topic)
	if !ok {
		d.Fatalf("there is no row %q", topic)
	}
	d.win.tree.tree.OnMenu(0, l.Key, fyne.NewPos(20, 120))
}

// turnsTo opens a tab of the detail pane.
func (d *desk) turnsTo(tab string) {
	d.Helper()
	tabs := d.win.detail.tabs
	i := slices.IndexFunc(tabs.Items, func(i *container.TabItem) bool { return i.Text == tab })
	if i < 0 {
		d.Fatalf("there is no tab %q", tab)
	}
	tabs.SelectIndex(i)
	d.ticks()
}

// payload is the text of the payload tab.
func (d *desk) payload() string {
	doc := d.win.detail.payload.View.Document()
	if doc == nil {
		return ""
	}
	var lines []string
	for i := range doc.Len() {
		lines = append(lines, doc.Line(i))
	}
	return strings.Join(lines, "\n")
}

func (d *desk) clipboard() string { return d.fyne.Clipboard().Content() }

// banner is what the banners say.
func (d *desk) banner() string {
	var said []string
	for _, b := range d.win.banners.banners {
		said = append(said, b.said)
	}
	return strings.Join(said, "\n")
}

// only is the only open connection.
func (d *desk) only() *app.Connection {
	d.Helper()
	conns := d.app.Connections()
	if len(conns) != 1 {
		d.Fatalf("%d connections are open", len(conns))
	}
	return conns[0]
}

func (d *desk) isOpen() bool { return d.state() == connections.StateOpen }

func (d *desk) state() connections.State {
	if conns := d.app.Connections(); len(conns) > 0 {
		return conns[0].Status().State
	}
	return connections.StateIdle
}

// saves puts a profile for a broker into the store.
func (d *desk) saves(m *brokertest.Mosquitto, edit func(*profile.Profile)) profile.Profile {
	d.Helper()
	p := profileFor(m, edit)
	valid, problems := p.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		d.Fatal(wrong[0])
	}
	if err := d.app.Profiles.Save(valid); err != nil {
		d.Fatal(err)
	}
	return p
}

// profileFor is a connection to everything on a broker.
func profileFor(m *brokertest.Mosquitto, edit func(*profile.Profile)) profile.Profile {
	p := profile.New()
	p.Name, p.Host, p.Port = "Bench", m.Host, m.Port
	p.Subscriptions = []connections.Subscription{{Filter: "#"}}
	if edit != nil {
		edit(&p)
	}
	return p
}

// connected is a desk whose only connection, to a broker of its own, is open.
func connected(t *testing.T) (*desk, *brokertest.Mosquitto, *brokertest.Publisher) {
	t.Helper()
	m := brokertest.Start(t, brokertest.Options{})
	d := sitDown(t)
	p := d.saves(m, nil)
	d.win.connect(p)
	d.await("the connection", d.isOpen)
	return d, m, brokertest.Dial(t, m.Addr(), "bench-publisher", "", "")
}

// hears publishes and waits until the window's connection has got it.
func (d *desk) hears(p *brokertest.Publisher, topic, payload string) {
	d.Helper()
	c := d.only()
	before := c.Counts().Received
	p.Send(topic, payload, false)
	p.Flush()
	d.await(topic+" to be heard", func() bool { return c.Counts().Received > before })
}

// countsAddUp checks that no message went silently.
func (d *desk) countsAddUp() {
	d.Helper()
	f := d.app.Figures()
	if sum := f.Kept + f.Evicted + f.Cleared + f.Excluded; f.Received != sum {
		d.Errorf("%d received, but %d kept + %d evicted + %d cleared + %d excluded = %d",
			f.Received, f.Kept, f.Evicted, f.Cleared, f.Excluded, sum)
	}
}

func (d *desk) latest(topic string) string {
	x := d.only().Index()
	id, ok := x.Find(topic)
	if !ok {
		return ""
	}
	e, _ := x.Latest(id)
	return string(e.Payload)
}
