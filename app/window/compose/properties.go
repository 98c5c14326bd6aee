package compose

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/command"
	"streamscope/app/window/ui"
)

// propertyRows edit what MQTT 5 can say about a message.
type propertyRows struct {
	object                               *fyne.Container
	changed                              func()
	content, expiry, response, correlate *widget.Entry
	text                                 *widget.Check
	users                                *fyne.Container
	user                                 []*userRow
}

type userRow struct{ name, value *widget.Entry }

func newPropertyRows(changed func()) *propertyRows {
	p := &propertyRows{changed: changed, users: container.NewVBox()}
	rows := container.New(layout.NewFormLayout())
	p.content = p.entry(rows, ui.Tr("props.content", "Content type"), "application/json")
	p.expiry = p.entry(rows, ui.Tr("props.expiry", "Expires after, s"), ui.Tr("props.never", "never"))
	p.response = p.entry(rows, ui.Tr("props.response", "Response topic"), "answers/my-name")
	p.correlate = p.entry(rows, ui.Tr("props.correlation", "Correlation data"), "42")
	p.text = widget.NewCheck(ui.Tr("props.text", "The payload is UTF-8 text"), func(bool) { changed() })
	add := widget.NewButtonWithIcon(ui.Tr("props.add", "Add a user property"), theme.ContentAddIcon(), func() { p.add("", "") })
	add.Importance = widget.LowImportance
	p.object = container.NewVBox(rows, p.text, p.users, container.NewHBox(add))
	return p
}

func (p *propertyRows) entry(rows *fyne.Container, label, hint string) *widget.Entry {
	e := widget.NewEntry()
	e.SetPlaceHolder(hint)
	e.OnChanged = func(string) { p.changed() }
	rows.Add(widget.NewLabel(label))
	rows.Add(e)
	return e
}

func (p *propertyRows) add(name, value string) {
	u := &userRow{name: widget.NewEntry(), value: widget.NewEntry()}
	u.name.SetPlaceHolder(ui.Tr("props.name", "name"))
	u.value.SetPlaceHolder(ui.Tr("props.value", "value"))
	u.name.SetText(name)
	u.value.SetText(value)
	u.name.OnChanged = func(string) { p.changed() }
	u.value.OnChanged = func(string) { p.changed() }
	var row *fyne.Container
	remove := ui.IconButton(theme.DeleteIcon(), ui.Tr("props.remove", "Remove this user property"), func() {
		p.user = slices.DeleteFunc(p.user, func(o *userRow) bool { return o == u })
		p.users.Remove(row)
		p.changed()
	})
	row = container.NewBorder(nil, nil, nil, remove, container.NewGridWithColumns(2, u.name, u.value))
	p.user = append(p.user, u)
	p.users.Add(row)
	p.changed()
}

// get returns the properties; nil if nothing is said.
func (p *propertyRows) get() *command.Properties {
	q := &command.Properties{
		ContentType: strings.TrimSpace(p.content.Text), Text: p.text.Checked, ResponseTopic: strings.TrimSpace(p.response.Text), CorrelationData: p.correlate.Text,
	}
	if n, err := strconv.ParseUint(strings.TrimSpace(p.expiry.Text), 10, 32); err == nil {
		q.Expiry = uint32(n)
	}
	for _, u := range p.user {
		if u.name.Text != "" || u.value.Text != "" {
			q.User = append(q.User, command.UserProperty{Name: u.name.Text, Value: u.value.Text})
		}
	}
	if q.Empty() {
		return nil
	}
	return q
}

func (p *propertyRows) set(q *command.Properties) {
	if q == nil {
		q = &command.Properties{}
	}
	p.content.SetText(q.ContentType)
	p.text.SetChecked(q.Text)
	p.response.SetText(q.ResponseTopic)
	p.correlate.SetText(q.CorrelationData)
	p.expiry.SetText("")
	if q.Expiry > 0 {
		p.expiry.SetText(strconv.FormatUint(uint64(q.Expiry), 10))
	}
	p.user = nil
	p.users.RemoveAll()
	for _, u := range q.User {
		p.add(u.Name, u.Value)
	}
}

// answerRows edit how an answer is told from other messages.
type answerRows struct {
	object               *fyne.Container
	changed              func()
	kind                 *widget.Select
	topic, path, seconds *widget.Entry
	topicRow, pathRow    *fyne.Container
	patience             *fyne.Container
	kinds                []command.AnswerKind
	frames               bool
}

func newAnswerRows(changed func()) *answerRows {
	a := &answerRows{changed: changed}
	a.kind = widget.NewSelect(nil, func(string) { a.chosen() })
	a.topic, a.path, a.seconds = widget.NewEntry(), widget.NewEntry(), widget.NewEntry()
	for _, e := range []*widget.Entry{a.topic, a.path, a.seconds} {
		e.OnChanged = func(string) { changed() }
	}
	a.topic.SetPlaceHolder(ui.Tr("answer.topic.hint", "press/ack"))
	a.path.SetPlaceHolder(ui.Tr("answer.path.hint", "keys with commas, such as id"))
	a.seconds.SetPlaceHolder(strconv.Itoa(command.DefaultAnswerSeconds))
	row := func(label string, e fyne.CanvasObject) *fyne.Container {
		return container.NewBorder(nil, nil, widget.NewLabel(label), nil, e)
	}
	a.topicRow = row(ui.Tr("answer.topic", "Topic"), a.topic)
	a.pathRow = row(ui.Tr("answer.path", "Key"), a.path)
	a.patience = row(ui.Tr("answer.seconds", "Wait, s"), a.seconds)
	a.object = container.NewVBox(a.kind, a.topicRow, a.pathRow, a.patience)
	a.offer()
	a.kind.SetSelectedIndex(0)
	return a
}

// adapt offers the kinds that a connection can have. A response topic stays on offer where MQTT 5
// is not spoken: what was saved with one says so when it is sent, and is not changed in silence.
func (a *answerRows) adapt(frames bool) {
	if a.frames == frames {
		return
	}
	before := a.get()
	a.frames = frames
	a.offer()
	a.set(before)
}

func (a *answerRows) offer() {
	a.kinds = []command.AnswerKind{"", command.AnswerResponse, command.AnswerTopic, command.AnswerKey, command.AnswerChange}
	if a.frames {
		a.kinds = []command.AnswerKind{"", command.AnswerKey, command.AnswerTopic, command.AnswerChange}
	}
	words := make([]string, len(a.kinds))
	for i, k := range a.kinds {
		words[i] = kindName(k)
	}
	a.kind.Options = words
}

func kindName(k command.AnswerKind) string {
	switch k {
	case command.AnswerResponse:
		return ui.Tr("answer.response", "By response topic (MQTT 5)")
	case command.AnswerTopic:
		return ui.Tr("answer.ontopic", "The next message on a topic")
	case command.AnswerKey:
		return ui.Tr("answer.key", "By a key that it shares")
	case command.AnswerChange:
		return ui.Tr("answer.change", "The next change of a value")
	}
	return ui.Tr("answer.none", "No answer is awaited")
}

func (a *answerRows) chosen() {
	k := a.chosenKind()
	ui.Show(a.topicRow, k == command.AnswerTopic || k == command.AnswerChange)
	ui.Show(a.pathRow, k == command.AnswerTopic || k == command.AnswerKey || k == command.AnswerChange)
	ui.Show(a.patience, k != "")
	a.changed()
}

func (a *answerRows) chosenKind() command.AnswerKind {
	if i := a.kind.SelectedIndex(); i >= 0 && i < len(a.kinds) {
		return a.kinds[i]
	}
	return ""
}

func (a *answerRows) get() *command.Answer {
	k := a.chosenKind()
	if k == "" {
		return nil
	}
	r := &command.Answer{Kind: k}
	if k == command.AnswerTopic || k == command.AnswerChange {
		r.Topic = strings.TrimSpace(a.topic.Text)
	}
	if k != command.AnswerResponse {
		for _, key := range strings.Split(a.path.Text, ",") {
			if key = strings.TrimSpace(key); key != "" {
				r.Path = append(r.Path, key)
			}
		}
	}
	if s, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(a.seconds.Text), ",", ".", 1), 64); err == nil && s > 0 {
		r.Seconds = s
	}
	return r
}

func (a *answerRows) set(r *command.Answer) {
	if r == nil {
		r = &command.Answer{}
	}
	a.topic.SetText(r.Topic)
	a.path.SetText(strings.Join(r.Path, ", "))
	a.seconds.SetText("")
	if r.Seconds > 0 {
		a.seconds.SetText(strconv.FormatFloat(r.Seconds, 'g', -1, 64))
	}
	a.kind.SetSelectedIndex(max(0, slices.Index(a.kinds, r.Kind)))
	a.chosen()
}
