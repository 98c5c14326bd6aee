package window

import (
	"context"
	"errors"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/payload"
	"streamscope/app/payload/mapping"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/profile"
	"streamscope/widgets/table"
)

const (
	// sampleFrames and samplePatience bound what "Listen" waits for.
	sampleFrames   = 5
	samplePatience = 10 * time.Second
	// frameShown bounds what is shown of a frame, in bytes.
	frameShown = 400
)

// mappingPreview shows what a mapping makes of frames: of those that the server sends, or of
// one that was pasted.
type mappingPreview struct {
	form    *profileForm
	object  fyne.CanvasObject
	paste   *widget.Entry
	note    *widget.Label
	table   *table.Table
	frames  [][]byte
	results []mapping.Result
}

func newMappingPreview(f *profileForm, frames [][]byte) *mappingPreview {
	p := &mappingPreview{form: f, frames: frames, note: widget.NewLabel(""), paste: widget.NewMultiLineEntry()}
	p.note.Wrapping, p.note.SizeName = fyne.TextWrapWord, theme.SizeNameCaptionText
	p.paste.SetMinRowsVisible(2)
	p.paste.TextStyle.Monospace = true
	p.paste.PlaceHolder = ui.Tr("preview.paste", "Paste a frame here, or listen to the server")
	p.paste.OnChanged = func(s string) { p.frames = [][]byte{[]byte(s)}; p.refresh() }
	p.table = table.New(p,
		table.Column{Title: ui.Tr("preview.topic", "Topic"), Width: 140},
		table.Column{Title: ui.Tr("preview.payload", "Payload"), Width: 120},
		table.Column{Title: ui.Tr("preview.time", "Time"), Width: 90},
		table.Column{Title: ui.Tr("preview.frame", "Made of the frame"), Grow: true})
	listen := widget.NewButtonWithIcon(ui.Tr("preview.listen", "Listen"), theme.MediaPlayIcon(), nil)
	listen.OnTapped = func() { p.listen(listen) }
	f.window.names.Set("form.listen", listen)
	f.window.names.Set("form.preview", p.table)
	height := ui.NewSpace(120)
	p.object = container.NewVBox(
		container.NewBorder(nil, nil, nil, container.NewVBox(listen), p.paste),
		p.note, container.NewStack(height, p.table))
	p.refresh()
	return p
}

// listen asks the server for a few frames, off the UI goroutine.
func (p *mappingPreview) listen(button *widget.Button) {
	w := p.form.window
	valid, problems := p.form.draft.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		p.note.SetText(wrong[0].Sentence)
		return
	}
	w.withSecrets(p.form.draft, func(secrets app.Secrets) {
		button.Disable()
		p.note.SetText(ui.Tr("preview.listening", "Listening…"))
		w.background.Go(func() func() {
			ctx, cancel := context.WithTimeout(w.background.Context, samplePatience)
			defer cancel()
			frames, err := w.app.Sample(ctx, valid, secrets, sampleFrames)
			return func() {
				button.Enable()
				p.heard(frames, err)
			}
		})
	})
}

func (p *mappingPreview) heard(frames [][]byte, err error) {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		p.note.SetText(ui.Tr("preview.silent", "The server accepted, but sent nothing within {{.Seconds}} s. Does it want a message on opening?",
			map[string]any{"Seconds": int(samplePatience / time.Second)}))
	case err != nil:
		e := connections.Explain(err)
		p.note.SetText(e.What + " " + e.Try)
	default:
		p.frames = frames
		p.form.sampled = frames
		p.refresh()
	}
}

// refresh maps the frames anew, by the draft as it stands.
func (p *mappingPreview) refresh() {
	s := p.form.draft.Stream
	if s == nil || len(p.frames) == 0 {
		return
	}
	results, err := mapping.Preview(s.Mapping, p.frames)
	p.results = results
	unfit := 0
	for _, r := range results {
		if !r.Fits {
			unfit++
		}
	}
	switch {
	case err != nil:
		p.note.SetText(err.Error())
	case unfit > 0:
		p.note.SetText(ui.TrN(unfit, "preview.unfit", "{{.N}} does not fit; it is kept under “{{.Topic}}”.", "{{.N}} do not fit; they are kept under “{{.Topic}}”.", map[string]any{"Topic": mapping.Unmapped}))
	default:
		p.note.SetText(framesWord(len(p.frames), len(results)))
	}
	p.table.Refresh()
}

// Len implements table.Source.
func (p *mappingPreview) Len() int { return len(p.results) }

// Row implements table.Source.
func (p *mappingPreview) Row(i int, cells []string) {
	if i < len(p.results) {
		r := &p.results[i]
		cells[0], cells[1], cells[2], cells[3] = r.Topic, payload.Short(r.Payload, nil, shortRunes), "", ""
		if r.At != 0 {
			cells[2] = ui.ClockTime(r.At)
		}
		if i == 0 || p.results[i-1].Frame != r.Frame { // a frame of many messages is named once
			frame := p.frames[r.Frame]
			cells[3] = connections.OneLine(strings.ToValidUTF8(string(frame[:min(len(frame), frameShown)]), "·"))
		}
	}
}

// framesWord says how many messages the mapping makes of some frames.
func framesWord(frames, messages int) string {
	return ui.TrN(messages, "preview.fits", "{{.Frames}} {{.N}} message.", "{{.Frames}} {{.N}} messages.", map[string]any{
		"Frames": ui.TrN(frames, "preview.frames", "{{.N}} frame becomes", "{{.N}} frames become", nil)})
}
