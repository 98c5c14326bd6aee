package payloadview

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/payload"
	"streamscope/app/payload/decode"
	"streamscope/app/window/schema"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// previewRunes bounds what the editor shows of the message at hand.
const previewRunes = 400

// editor is the dialog for one way to read payloads: by hand for now, or for a filter from now
// on. It judges what is typed at once, and shows what would become of the message at hand.
type editor struct {
	o      Options
	conn   *app.Connection
	sample decode.Input

	filter  *widget.SelectEntry
	format  *widget.Select
	formats []decode.Format
	options *widget.Entry
	numbers *widget.Select
	schema  *schema.Row
	rows    map[string]fyne.CanvasObject
	verdict *widget.Label
	// language says how options are written.
	language *widget.Label
	result   *ui.QuietText
	save     *widget.Button
	dialog   dialog.Dialog
	// job counts what was judged, so that only the latest verdict comes to the screen.
	job uint64
	// row is the binding that is edited; -1 for a new one.
	row int
	// bound tells that a filter is asked for.
	bound bool
	then  func(decode.Choice)
	// done is called when the dialog goes, saved before that if a binding was kept.
	done, saved func()
}

func newEditor(o Options, conn *app.Connection, sample decode.Input) *editor {
	e := &editor{o: o, conn: conn, sample: sample, row: -1}
	e.filter = widget.NewSelectEntry(nil)
	e.formats = append([]decode.Format{decode.Auto}, conn.Decoders().Formats()...)
	names := make([]string, 0, len(e.formats))
	for _, f := range e.formats {
		names = append(names, FormatName(f))
	}
	e.format = widget.NewSelect(names, nil)
	e.options = widget.NewMultiLineEntry()
	e.options.TextStyle.Monospace = true
	e.options.SetMinRowsVisible(4)
	rules := make([]string, 0, len(payload.Rules()))
	for _, r := range payload.Rules() {
		rules = append(rules, ruleName(r))
	}
	e.numbers = widget.NewSelect(rules, nil)
	e.numbers.SetSelectedIndex(0)
	e.schema = schema.New(schema.Options{
		Work: o.Work, Window: o.Window, Fail: o.Fail, Changed: e.judge,
		Name:  func(part string, of fyne.CanvasObject) { o.Name("decoder.schema."+part, of) },
		Title: ui.Tr("decoder.schema", "Schema (.proto, or a compiled descriptor set)"),
		None:  ui.Tr("decoder.schema.bare", "none: fields show by their numbers"),
	})
	e.verdict = widget.NewLabel("")
	e.verdict.Wrapping = fyne.TextWrapWord
	e.result = ui.NewFittingText()
	e.result.TextSize = theme.SizeNameCaptionText
	o.Name("decoder.filter", e.filter)
	o.Name("decoder.format", e.format)
	o.Name("decoder.options", e.options)
	o.Name("decoder.numbers", e.numbers)
	return e
}

// byHand asks for the options of a format, for the topic at hand and this run.
func (e *editor) byHand(f decode.Format, then func(decode.Choice), done func()) {
	e.then, e.done = then, done
	e.choose(f)
	e.open(ui.Tr("decoder.hand", "Read as {{.Format}}", map[string]any{"Format": FormatName(f)}), ui.Tr("decoder.read", "Read"))
}

// always asks for a filter from now on, beginning with a topic and how it is read now.
func (e *editor) always(topic string, c decode.Choice) {
	b := profile.Binding{Filter: topic, Format: string(c.Format), Options: c.Options, Files: c.Files, Message: c.Message}
	bindings := e.conn.Profile().Decoders
	if filter, ok := e.conn.Decoders().Bound(topic); ok && c.Format == decode.Auto {
		e.row = slices.IndexFunc(bindings, func(o profile.Binding) bool { return o.Filter == filter })
		b = bindings[e.row]
	}
	e.bind(b, topic)
}

// bind edits a binding; topic is one that it is for, or empty.
func (e *editor) bind(b profile.Binding, topic string) {
	e.bound = true
	e.filter.SetOptions(filtersOf(topic))
	e.filter.SetText(b.Filter)
	e.options.SetText(b.Options)
	e.schema.Set(b.Files, b.Message)
	rule, _ := payload.RuleNamed(b.Numbers)
	e.numbers.SetSelectedIndex(slices.Index(payload.Rules(), rule))
	e.choose(decode.Format(b.Format))
	e.open(ui.Tr("decoder.always", "Always read payloads this way"), ui.Tr("decoder.save", "Save"))
}

// filtersOf suggests filters that match a topic, the narrowest first.
func filtersOf(topic string) []string {
	if topic == "" {
		return nil
	}
	out := []string{topic}
	levels := strings.Split(topic, "/")
	for i := len(levels) - 1; i >= 0; i-- {
		wide := slices.Clone(levels)
		wide[i] = "+"
		out = append(out, strings.Join(wide, "/"))
	}
	if len(levels) > 1 {
		out = append(out, strings.Join(levels[:len(levels)-1], "/")+"/#")
	}
	return out
}

func (e *editor) choose(f decode.Format) {
	if i := slices.Index(e.formats, f); i >= 0 {
		e.format.SetSelectedIndex(i)
	}
}

func (e *editor) chosen() decode.Format { return e.formats[max(e.format.SelectedIndex(), 0)] }

func (e *editor) open(title, word string) {
	label := func(text string, o fyne.CanvasObject) fyne.CanvasObject {
		l := widget.NewLabel(text)
		return container.NewVBox(l, o)
	}
	filter := label(ui.Tr("decoder.filter", "Topics"), e.filter)
	format := label(ui.Tr("decoder.format", "Read as"), e.format)
	e.language = widget.NewLabel("")
	e.language.Importance, e.language.SizeName, e.language.Wrapping = widget.LowImportance, theme.SizeNameCaptionText, fyne.TextWrapWord
	options := label(ui.Tr("decoder.options", "What is where"), container.NewVBox(e.options, e.language))
	numbers := label(ui.Tr("decoder.numbers", "Texts that are numbers"), e.numbers)
	e.rows = map[string]fyne.CanvasObject{"options": options, "schema": e.schema.Object}
	ui.Show(filter, e.bound)
	ui.Show(format, e.bound)
	ui.Show(numbers, e.bound)
	form := container.NewVBox(filter, format, options, e.schema.Object, numbers, e.verdict, e.result)
	cancel := widget.NewButton(ui.Tr("cancel", "Cancel"), nil)
	e.save = widget.NewButton(word, e.take)
	e.save.Importance = widget.HighImportance
	e.o.Name("decoder.save", e.save)
	d := dialog.NewCustomWithoutButtons(title, container.NewVScroll(form), e.o.Window())
	d.SetButtons([]fyne.CanvasObject{cancel, e.save})
	e.dialog = d
	cancel.OnTapped = e.close
	e.filter.OnChanged = func(string) { e.judge() }
	e.format.OnChanged = func(string) { e.judge() }
	e.options.OnChanged = func(string) { e.judge() }
	e.numbers.OnChanged = func(string) { e.judge() }
	e.judge()
	if e.bound {
		d.Resize(fyne.NewSize(560, 540))
	} else {
		d.Resize(fyne.NewSize(560, 360))
	}
	d.Show()
	if needsOptions(e.chosen()) {
		e.o.Window().Canvas().Focus(e.options)
	}
}

func (e *editor) close() {
	e.dialog.Hide()
	if e.done != nil {
		e.done()
	}
}

func (e *editor) binding() profile.Binding {
	c := e.choice()
	b := profile.Binding{
		Filter: strings.TrimSpace(e.filter.Text), Format: string(c.Format), Options: c.Options, Files: c.Files, Message: c.Message,
	}
	b.Numbers = payload.Rules()[max(e.numbers.SelectedIndex(), 0)].String()
	return b
}

// choice is the format with what it is told.
func (e *editor) choice() decode.Choice {
	c := decode.Choice{Format: e.chosen()}
	switch {
	case needsOptions(c.Format):
		c.Options = e.options.Text
	case c.Format == decode.Protobuf:
		c.Files, c.Message = e.schema.Files(), e.schema.Chosen()
	}
	return c
}

// problem is what is wrong with the filter, or nil.
func (e *editor) problem() error {
	if !e.bound {
		return nil
	}
	b := e.binding()
	if err := profile.CheckBinding(b); err != nil {
		return err
	}
	at := slices.IndexFunc(e.conn.Profile().Decoders, func(o profile.Binding) bool { return o.Filter == b.Filter })
	if at >= 0 && at != e.row && e.row >= 0 {
		return &twiceError{b.Filter}
	}
	return nil
}

// twiceError is for a filter that another binding has.
type twiceError struct{ filter string }

func (e *twiceError) Error() string {
	return ui.Tr("decoder.twice", "{{.Filter}} stands in the list already.", map[string]any{"Filter": e.filter})
}

// judge shows what is wrong, or what becomes of the message at hand. Schemas are read from the
// disk, so it asks in the background.
func (e *editor) judge() {
	f := e.chosen()
	ui.Show(e.rows["options"], needsOptions(f))
	ui.Show(e.rows["schema"], f == decode.Protobuf)
	e.options.SetPlaceHolder(example(f))
	e.language.SetText(language(f))
	e.job++
	if err := e.problem(); err != nil {
		e.refuse(err)
		return
	}
	set, c, in, job := e.conn.Decoders(), e.choice(), e.sample, e.job
	in.Limits = decode.Brief()
	e.o.Work.Go(func() func() {
		var err error
		if c.Format != decode.Auto {
			err = set.Check(c)
		}
		r := decode.Result{Format: c.Format}
		if err == nil && in.Payload != nil {
			r = set.As(c, in)
		}
		return func() {
			switch {
			case e.job != job:
			case err != nil:
				e.refuse(err)
			default:
				e.accept(&r)
			}
		}
	})
}

func (e *editor) refuse(err error) {
	e.verdict.Importance = widget.DangerImportance
	e.verdict.SetText(err.Error())
	e.result.SetText("")
	e.save.Disable()
}

// accept shows what the message at hand becomes.
func (e *editor) accept(r *decode.Result) {
	e.save.Enable()
	e.verdict.Importance = widget.WarningImportance
	e.verdict.SetText("")
	e.result.SetText("")
	switch {
	case e.sample.Payload == nil:
	case e.bound && !connections.Match(e.binding().Filter, e.sample.Topic):
		e.verdict.SetText(ui.Tr("decoder.nomatch", "This does not match {{.Topic}}.", map[string]any{"Topic": e.sample.Topic}))
	default:
		e.verdict.SetText(trouble(r))
		e.result.SetText(r.Short(nil, previewRunes))
	}
}

// take takes what was typed.
func (e *editor) take() {
	if e.problem() != nil {
		return
	}
	e.dialog.Hide()
	b := e.binding()
	if !e.bound {
		e.then(e.choice())
		return
	}
	bindings := slices.Clone(e.conn.Profile().Decoders)
	at := e.row
	if at < 0 {
		at = slices.IndexFunc(bindings, func(o profile.Binding) bool { return o.Filter == b.Filter })
	}
	if at < 0 {
		bindings = append(bindings, b)
	} else {
		bindings[at] = b
	}
	keep(e.o, e.conn, bindings)
	if e.saved != nil {
		e.saved()
	}
	if e.done != nil {
		e.done()
	}
}

// keep makes bindings hold at once, and saves them in the background.
func keep(o Options, c *app.Connection, bindings []profile.Binding) {
	save := c.SetDecoders(bindings)
	o.Work.Go(func() func() {
		err := save()
		return func() {
			if err != nil {
				o.Fail(err)
			}
		}
	})
}
