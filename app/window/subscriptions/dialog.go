package subscriptions

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// Options is what the dialog needs.
type Options struct {
	Conn       *app.Connection
	Parent     fyne.Window
	Background *ui.Background
	// Fail shows an error that a click ran into.
	Fail func(error)
	// Closed is called when the dialog goes.
	Closed func()
	// Name makes an object known to those who drive the window from outside.
	Name func(name string, o fyne.CanvasObject)
}

// countEvery is how often the index is asked: it knows more once a second.
const countEvery = time.Second

// Dialog shows the subscriptions of one connection. It belongs to the UI goroutine.
type Dialog struct {
	o      Options
	dialog *dialog.CustomDialog
	editor *editor
	// narrow says that only one branch is watched.
	narrow     *fyne.Container
	narrowText *widget.Label
	list       *fyne.Container
	subs       []connections.Subscription
	// doubled is as [connections.Doubled] has it for subs.
	doubled map[string]string
	rows    []*row
	// counting is one count in flight, countedAt when the last one began.
	counting  bool
	countedAt time.Time
}

// New makes the dialog; Show opens it, and Refresh brings it up to date.
func New(o Options) *Dialog {
	d := &Dialog{o: o, list: container.NewVBox(), narrowText: widget.NewLabel("")}
	d.editor = newEditor(d)
	d.narrowText.Wrapping = fyne.TextWrapWord
	d.narrowText.Importance = widget.WarningImportance
	all := widget.NewButton(ui.Tr("subscriptions.all", "Watch all again"), func() { o.Conn.WatchAll(); d.Refresh() })
	o.Name("subscriptions.all", all)
	d.narrow = container.NewBorder(nil, nil, nil, container.NewVBox(all), d.narrowText)
	top := container.NewVBox(d.narrow, d.editor.object, widget.NewSeparator())
	foot := widget.NewLabel(ui.Tr("subscriptions.kept", "Changes take effect at once, and are saved with the connection."))
	if !o.Conn.Saved() {
		foot.SetText(ui.Tr("subscriptions.unkept", "Changes take effect at once. This connection is not saved: they last until it is closed."))
	}
	foot.Importance, foot.SizeName, foot.Wrapping = widget.LowImportance, theme.SizeNameCaptionText, fyne.TextWrapWord
	d.dialog = dialog.NewCustom(ui.Tr("subscription.title", "Subscriptions of {{.Name}}", map[string]any{"Name": o.Conn.Name()}),
		ui.Tr("close", "Close"), container.NewBorder(top, foot, nil, nil, container.NewVScroll(d.list)), o.Parent)
	d.dialog.SetOnClosed(o.Closed)
	d.dialog.Resize(fyne.NewSize(760, 560))
	d.rebuild()
	return d
}

// Show opens the dialog, ready for a filter to be typed.
func (d *Dialog) Show() {
	d.dialog.Show()
	d.o.Parent.Canvas().Focus(d.editor.filter)
	d.Refresh()
}

// Refresh shows the broker's answers and the counts as they stand. Call it some times a second
// while the dialog is open.
func (d *Dialog) Refresh() {
	if !slices.Equal(d.subs, d.o.Conn.Subscriptions()) {
		d.rebuild()
	}
	only := d.o.Conn.WatchedOnly()
	if shown := only != ""; shown != d.narrow.Visible() {
		ui.Show(d.narrow, shown)
		d.narrow.Refresh()
	}
	if only != "" {
		text := ui.Tr("subscriptions.only", "Only “{{.Filter}}” is watched just now; what stands below is set aside.", map[string]any{"Filter": only})
		if text != d.narrowText.Text {
			d.narrowText.SetText(text)
		}
	}
	st := d.o.Conn.Status()
	for i, r := range d.rows {
		r.answer(answerTo(d.subs[i], st, only, d.doubled[d.subs[i].Filter]))
	}
	d.editor.refresh()
	d.count()
}

// count asks the index in the background: a filter of many + takes a while on a large tree.
func (d *Dialog) count() {
	now := time.Now()
	if d.counting || now.Sub(d.countedAt) < countEvery {
		return
	}
	d.counting, d.countedAt = true, now
	index, subs := d.o.Conn.Index(), d.subs
	d.o.Background.Go(func() func() {
		messages := make([]uint64, len(subs))
		topics := make([]int, len(subs))
		for i, s := range subs {
			messages[i], topics[i] = index.Matching(s.Filter)
		}
		return func() {
			d.counting = false
			if !slices.Equal(subs, d.subs) {
				return
			}
			for i, r := range d.rows {
				r.counted(messages[i], topics[i])
			}
		}
	})
}

func (d *Dialog) rebuild() {
	d.subs = d.o.Conn.Subscriptions()
	d.doubled = connections.Doubled(d.subs)
	d.list.RemoveAll()
	d.rows = nil
	for i := range d.subs {
		r := newRow(d, i)
		d.rows = append(d.rows, r)
		d.list.Add(r.object)
	}
	if len(d.subs) == 0 {
		d.list.Add(ui.NewHint(ui.Tr("subscriptions.none", "Nothing is subscribed to, so nothing comes. Type a filter above: “plant/line4/#” brings all beneath line4.")))
	}
	d.list.Refresh()
	d.countedAt = time.Time{}
}

// confirmed goes on once the user has read what a subscription does to others, if it does.
func (d *Dialog) confirmed(s connections.Subscription, then func()) {
	word := profile.SharedCaution(s.Filter)
	if word == "" || s.Off {
		then()
		return
	}
	text := widget.NewLabel(word)
	text.Wrapping = fyne.TextWrapWord
	c := dialog.NewCustomConfirm(ui.Tr("subscriptions.caution", "What this subscription does"), ui.Tr("caution.ok", "I want that"),
		ui.Tr("cancel", "Cancel"), text, func(ok bool) {
			if ok {
				then()
			} else {
				d.rebuild() // a switch may stand where it does not belong
				d.Refresh()
			}
		}, d.o.Parent)
	c.Resize(fyne.NewSize(520, 0))
	c.Show()
}

// change puts s in place of the i-th subscription; beyond the last it is added.
func (d *Dialog) change(i int, s connections.Subscription) {
	subs := d.o.Conn.Subscriptions()
	if i < len(subs) {
		subs[i] = s
	} else {
		subs = append(subs, s)
	}
	d.set(subs)
}

func (d *Dialog) remove(i int) {
	d.editor.leave()
	d.set(slices.Delete(d.o.Conn.Subscriptions(), i, i+1))
}

// set changes what is received at once, and writes it to the disk in the background.
func (d *Dialog) set(subs []connections.Subscription) {
	if err := d.o.Conn.SetSubscriptions(subs); err != nil {
		d.o.Fail(err)
		return
	}
	d.rebuild()
	d.Refresh()
	d.o.Background.Go(func() func() {
		if err := d.o.Conn.SaveSubscriptions(); err != nil {
			return func() { d.o.Fail(err) }
		}
		return nil
	})
}
