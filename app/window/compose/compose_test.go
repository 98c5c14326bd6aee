package compose

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/command"
	"streamscope/app/command/template"
	"streamscope/app/window/uitest"
	"streamscope/connections"
)

func TestOutcomesAreNamedHonestly(t *testing.T) {
	test.NewTempApp(t)
	to := connections.Publication{Topic: "a/b"}
	tests := []struct {
		out       command.Outcome
		has, lack string
		colour    widget.Importance
	}{
		{command.Outcome{Verdict: command.VerdictSent}, "Sent to a/b", "cknowledged by", widget.MediumImportance},
		{command.Outcome{Verdict: command.VerdictAcknowledged, Took: 3 * time.Millisecond}, "Acknowledged by the broker after 3ms", "elivered", widget.SuccessImportance},
		{command.Outcome{Verdict: command.VerdictNoSubscriber, Took: 3 * time.Millisecond}, "nobody has subscribed to a/b", "Acknowledged", widget.WarningImportance},
		{command.Outcome{Verdict: command.VerdictUnknown, Err: context.DeadlineExceeded}, "No acknowledgement came in time", "context", widget.WarningImportance},
		{command.Outcome{Verdict: command.VerdictRefused, Err: &connections.Failure{Kind: connections.FailureNotConnected}}, "Not sent to a/b", "Acknowledged", widget.DangerImportance},
		{command.Outcome{Verdict: command.VerdictRefused, Err: &connections.Failure{Kind: connections.FailureReadOnly}}, "read-only", "Acknowledged", widget.DangerImportance},
	}
	for _, tt := range tests {
		tt.out.Publication = to
		got := describe(tt.out)
		if !strings.Contains(got.text, tt.has) || strings.Contains(got.text, tt.lack) || got.importance != tt.colour {
			t.Errorf("%v: %q", tt.out.Verdict, got.text)
		}
	}
	frame := describe(command.Outcome{Verdict: command.VerdictSent})
	if !strings.Contains(frame.text, "WebSocket") {
		t.Errorf("%q", frame.text)
	}
}

func pane(t *testing.T) *Pane {
	b := uitest.New(t, nil)
	return New(Options{App: b.App, Background: b.Work, Window: b.Win, Flash: func(string) {}})
}

// What stands in the fields comes out of them as it went in.
func TestDraftsSurviveTheFields(t *testing.T) {
	c := pane(t)
	for _, d := range []command.Draft{
		{Topic: "a/b", Payload: "x\ny", Format: command.FormatText, QoS: 2, Retain: true},
		{Topic: "a/b", Payload: "{{now}}", Format: command.FormatText},
		{Topic: "a/b", Payload: "{}", Format: command.FormatCBOR, Template: true, Properties: &command.Properties{
			ContentType: "x/y", Text: true, Expiry: 60, ResponseTopic: "r", CorrelationData: "c", User: []command.UserProperty{{Name: "n", Value: "v"}, {Name: "n", Value: "w"}},
		}},
		{Topic: "a/b", Format: command.FormatMessagePack, Answer: &command.Answer{Kind: command.AnswerChange, Topic: "s", Path: []string{"a", "b"}, Seconds: 2.5}},
		{Topic: "a/b", Format: command.FormatFile, Payload: "/tmp/x", Answer: &command.Answer{Kind: command.AnswerResponse}},
		{Topic: "a/b", Format: command.FormatProtobuf, Payload: "{}", Schema: &command.Schema{Files: []string{"/tmp/x.proto"}, Message: "plant.Set"}},
		{Topic: "a/b", Format: command.FormatProtobuf, Payload: "{}"},
		{Topic: "a/b", Format: command.FormatBase64, Answer: &command.Answer{Kind: command.AnswerKey, Path: []string{"id"}}},
	} {
		c.Load(d)
		if got := c.Draft(); !same(got, d) {
			t.Errorf("%+v", got)
		}
	}
}

func same(a, b command.Draft) bool {
	plain := func(d command.Draft) string {
		return fmt.Sprintf("%q %q %s %d %v %v %v %+v %+v %+v", d.Topic, d.Payload, d.Format, d.QoS, d.Retain, d.Binary, d.Template, deref(d.Properties), deref(d.Answer), deref(d.Schema))
	}
	return plain(a) == plain(b)
}

func deref[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// Questions get a field each, and their answers outlive a change of the draft.
func TestQuestionsAreAskedInTheDrawer(t *testing.T) {
	c := pane(t)
	c.topic.SetText("set/{{ask \"Line\" 4}}")
	c.payload.SetText(`{"sp":{{ask "Set point" 20}}}`)
	c.choose(command.FormatJSON)
	if len(c.asks.fields) != 0 {
		t.Error("placeholders are filled that nobody switched on")
	}
	c.fill.SetChecked(true)
	if len(c.asks.fields) != 2 || c.asks.fields[1].PlaceHolder != "20" {
		t.Fatalf("%+v", c.asks.asks)
	}
	c.asks.fields[1].SetText("22.5")
	if !strings.Contains(c.preview.Full, `{"sp":22.5}`) || !strings.Contains(c.preview.Full, "set/4") {
		t.Errorf("preview: %q", c.preview.Full)
	}
	c.asks.fields[1].SetText("warm")
	if !strings.Contains(c.problem.Text, "no number") || !c.send.Disabled() {
		t.Errorf("problem: %q", c.problem.Text)
	}
	c.asks.fields[1].SetText("23")
	c.payload.SetText("{{")
	c.payload.SetText(`{"sp":{{ask "Set point" 20}},"x":1}`)
	if got := c.asks.answers()["Set point"]; got != "23" {
		t.Errorf("the answer is %q", got)
	}
}

// What is taken from a device is data: it never switches placeholders on.
func TestWhatIsLoadedIsNoTemplate(t *testing.T) {
	c := pane(t)
	d := command.DraftOf(connections.Publication{Topic: "a", Payload: []byte(`{{now}}`), Props: &connections.Properties{ContentType: "{{now}}"}})
	c.fill.SetChecked(true)
	c.Load(d)
	if c.fill.Checked || d.Template || !template.Has(c.payload.Text) {
		t.Error("a device's payload became a template")
	}
}

// What does not fit can be scrolled to, also when rows came later.
func TestWhatIsFoldedOpenCanBeReached(t *testing.T) {
	c := pane(t)
	c.o.Window.SetContent(c.Object)
	c.o.Window.Resize(fyne.NewSize(360, 600))
	c.folds.OpenAll()
	c.check()
	before := c.body.Content.MinSize().Height
	c.answer.kind.SetSelectedIndex(2)
	c.props.add("", "")
	need := c.body.Content.MinSize().Height
	if need < before+60 {
		t.Errorf("the rows that came are not seen: %v after %v", need, before)
	}
	if got := c.body.Content.Size().Height; got < need || need <= c.body.Size().Height {
		t.Errorf("the content is %v high, needs %v, and %v is in sight", got, need, c.body.Size().Height)
	}
	c.body.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.Delta{DY: -10_000}})
	if got, want := c.body.Offset.Y, need-c.body.Size().Height; got < want-1 {
		t.Errorf("scrolled to %v, want %v", got, want)
	}
}
