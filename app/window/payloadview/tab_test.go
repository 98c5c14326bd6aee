package payloadview

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app"
	"streamscope/app/payload/decode"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/app/window/uitest"
	"streamscope/connections/brokertest"
)

// bench is a user in front of the tab, with a real broker behind it.
type bench struct {
	*uitest.Bench
	conn *app.Connection
	tab  *Tab
	send *brokertest.Publisher
}

func sitDown(t *testing.T) *bench {
	t.Helper()
	b := &bench{Bench: uitest.New(t, brokertest.Start(t, brokertest.Options{}))}
	b.conn, b.send = b.Opens(b.Saves(nil)), b.Publisher()
	b.tab = New(Options{
		Work: b.Work, Window: func() fyne.Window { return b.Win }, Fail: func(err error) { t.Error(err) }, Name: b.Names.Put,
	})
	b.Win.SetContent(b.tab.Object)
	b.Win.Resize(fyne.NewSize(800, 600))
	b.Says = func() string { return fmt.Sprintf("%q, %q:\n%s", b.tab.why.Full, b.tab.wrong.Full, b.text()) }
	return b
}

// hears publishes a payload and looks at it.
func (b *bench) hears(topic, payload string) {
	b.Helper()
	before := b.conn.Counts().Received
	b.send.Send(topic, payload, false)
	b.send.Flush()
	b.Await("the message", func() bool { return b.conn.Counts().Received > before })
	b.looksAt(topic)
}

func (b *bench) looksAt(topic string) {
	b.Helper()
	b.tab.Reset()
	b.ticks(topic)
}

func (b *bench) ticks(topic string) {
	x := b.conn.Index()
	id, _ := x.Find(topic)
	row := x.Rows([]topics.NodeID{id}, nil)
	b.tab.Refresh(ui.Selection{Conn: b.conn, Node: id, Topic: topic}, &row[0])
}

func (b *bench) text() string {
	doc := b.tab.View.Document()
	lines := make([]string, 0, min(doc.Len(), 50))
	for i := range min(doc.Len(), 50) {
		lines = append(lines, doc.Line(i))
	}
	return strings.Join(lines, "\n")
}

func (b *bench) shows(text, why, wrong string) {
	b.Helper()
	b.Await("the text "+text, func() bool {
		return strings.Contains(b.text(), text) && strings.Contains(b.tab.why.Full, why) && strings.Contains(b.tab.wrong.Full, wrong) && (wrong != "") == b.tab.wrong.Visible()
	})
	if has, needs := b.tab.head.Size().Height, b.tab.head.MinSize().Height; has != needs {
		b.Errorf("what stands above the payload has a height of %v and needs %v", has, needs)
	}
}

func gzipped(s string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return out.String()
}

func TestAPayloadSaysHowItIsRead(t *testing.T) {
	b := sitDown(t)
	b.hears("a", `{"t":21.4}`)
	b.shows("\"t\": 21.4", "JSON · by its first bytes", "")
	b.hears("b", gzipped(`{"t":21.4}`))
	b.shows("\"t\": 21.4", "gzip 1:", "")
	b.hears("c", "\x00\x01\x02\xff")
	b.shows("00 01 02 ff", "Hex", "")
	b.hears("d", gzipped("hello")[:15])
	b.shows("1f 8b 08", "gzip · by its first bytes", "Not gzip: unexpected end at byte 15")

	b.looksAt("a")
	b.shows("\"t\": 21.4", "JSON", "")
	test.Tap(b.Names["payload.raw"].(*widget.Button))
	b.ticks("a")
	b.shows("7b 22 74 22", "JSON", "")
}

func TestAFormatIsChosenForOneTopic(t *testing.T) {
	b := sitDown(t)
	b.hears("a", "\x81\xa1t\xcb\x40\x35\x66\x66\x66\x66\x66\x66")
	b.tab.Read.SetSelected("MessagePack")
	b.ticks("a")
	b.shows(`"t": 21.4`, "MessagePack · chosen by hand", "")
	b.hears("b", "plain")
	b.shows("plain", "Text", "")
	b.looksAt("a")
	b.shows(`"t": 21.4`, "MessagePack · chosen by hand", "")
	b.tab.Read.SetSelected("CBOR")
	b.ticks("a")
	b.shows("81 a1 74 cb", "CBOR · chosen by hand", "Not CBOR: ")
}

func TestAPictureIsShown(t *testing.T) {
	b := sitDown(t)
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	b.hears("camera", out.String())
	b.Await("the picture", b.tab.picture.Visible)
	if b.tab.View.Visible() || b.tab.picture.Image.Bounds().Dx() != 30 || !strings.Contains(b.tab.why.Full, "PNG, 30 × 20 pixels") {
		t.Errorf("%q", b.tab.why.Full)
	}
	b.hears("text", "no picture")
	b.Await("the text", func() bool { return !b.tab.picture.Visible() && b.tab.View.Visible() })
}

func TestABindingIsMadeSeenAndRemoved(t *testing.T) {
	b := sitDown(t)
	b.hears("plant/4/raw", "\xaa\xd6\x00")
	test.Tap(&b.Names["payload.always"].(*ttwidget.Button).Button)
	b.Names["decoder.filter"].(*widget.SelectEntry).SetText("plant/+/raw")
	b.Names["decoder.format"].(*widget.Select).SetSelected("Fields")
	save := b.Names["decoder.save"].(*widget.Button)
	b.Await("the word that fields are missing", save.Disabled)
	b.Names["decoder.options"].(*widget.Entry).SetText("t: int16 LE at 1 × 0.1 °C")
	b.Await("the verdict", func() bool { return !save.Disabled() })
	test.Tap(save)
	b.ticks("plant/4/raw")
	b.shows(`"t": "21.4 °C"`, "Fields · as set for plant/+/raw", "")
	b.Await("the saved profile", func() bool {
		p, err := b.App.Profiles.Get(b.conn.ID())
		return err == nil && len(p.Decoders) == 1 && p.Decoders[0].Filter == "plant/+/raw"
	})

	b.tab.Bindings(b.conn)
	test.Tap(&b.Names["decoders.remove:plant/+/raw"].(*ttwidget.Button).Button)
	b.ticks("plant/4/raw")
	b.shows("aa d6 00", "Hex", "")
	b.Await("the saved profile", func() bool {
		p, err := b.App.Profiles.Get(b.conn.ID())
		return err == nil && len(p.Decoders) == 0
	})
}

func TestABigDocumentShowsItsBeginningFirst(t *testing.T) {
	b := sitDown(t)
	doc := "[" + strings.Repeat(`{"device":"press-4","value":22.40},`, 200_000) + "0]"
	b.hears("big", doc)
	b.shows(`"device": "press-4"`, "JSON · by its first bytes · long, so it opens folded", "")
	b.Await("all of it", func() bool { return b.tab.View.Document().Len() == 4*200_000+3 })
	fold := b.Names["payload.fold"].(*ttwidget.Button)
	for _, want := range []bool{true, false, true} {
		if _, folded := b.tab.View.Folds(); folded != want || !fold.Visible() {
			t.Errorf("folded: %v, want %v; the button is visible: %v", folded, want, fold.Visible())
		}
		test.Tap(&fold.Button)
	}
	if b.tab.working.Visible() {
		t.Error("the progress is still shown")
	}
}

func TestALongXMLDocumentOpensFolded(t *testing.T) {
	b := sitDown(t)
	b.hears("big", "<?xml version=\"1.0\"?><plant>"+strings.Repeat("<press><t>21.4</t></press>", 2000)+"</plant>")
	b.shows("<press>", "XML · by its first bytes · long, so it opens folded", "")
	if _, folded := b.tab.View.Folds(); !folded {
		t.Error("it is not folded")
	}
	b.hears("small", "<?xml version=\"1.0\"?><plant><press><t>21.4</t></press></plant>")
	b.shows("<press>", "XML · by its first bytes", "")
	if can, folded := b.tab.View.Folds(); !can || folded || strings.Contains(b.tab.why.Full, "folded") {
		t.Errorf("a small one: can be folded %v, is folded %v, %q", can, folded, b.tab.why.Full)
	}
}

func TestTheRuleForNumbersIsSwitched(t *testing.T) {
	b := sitDown(t)
	bar := NewRuleBar(b.tab.o)
	b.hears("a/b", "1.234")
	sel := ui.Selection{Conn: b.conn, Topic: "a/b"}
	bar.Refresh(sel)
	bar.choice.SetSelectedIndex(2)
	if v, _, _ := b.conn.Decoders().Number("a/b", nil, []byte("1.234"), nil); v != 1234 {
		t.Errorf("by the comma it is %v", v)
	}
	if v, _, _ := b.conn.Decoders().Number("a/c", nil, []byte("1.234"), nil); v != 1.234 {
		t.Errorf("another topic is %v", v)
	}
	bar.Refresh(sel)
	bar.choice.SetSelectedIndex(0)
	if v, _, _ := b.conn.Decoders().Number("a/b", nil, []byte("1.234"), nil); v != 1.234 {
		t.Errorf("by the usual rule it is %v", v)
	}
}

func TestASchemaIsChosenForATopic(t *testing.T) {
	b := sitDown(t)
	b.hears("line/part", "\x08\x2a\x12\x02ok")
	folder := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	broken := write("broken.proto", "syntax = \"proto3\";\nmessage Part {\n  uint64 id = ;\n}\n")
	good := write("part.proto", "syntax = \"proto3\";\npackage line;\nmessage Part { uint64 id = 1; string state = 2; }\nmessage Other { int32 x = 1; }\n")

	e := newEditor(b.tab.o, b.conn, decode.Input{Topic: "line/part", Payload: []byte("\x08\x2a\x12\x02ok")})
	e.always("line/part", decode.Choice{Format: decode.Protobuf})
	b.Await("the fields by their numbers", func() bool { return strings.Contains(e.result.Full, "42") && !e.save.Disabled() })

	// A schema that does not compile says where.
	e.schema.Set([]string{broken}, "")
	e.judge()
	b.Await("file, line and column", func() bool { return strings.Contains(e.verdict.Text, "broken.proto:3:15") && e.save.Disabled() })
	// One with two messages asks which.
	e.schema.Set([]string{good}, "")
	e.judge()
	b.Await("the question", func() bool { return strings.Contains(e.verdict.Text, "line.Part, line.Other") && e.save.Disabled() })
	e.schema.Message.SetText("line.Nothing")
	b.Await("the refusal", func() bool { return strings.Contains(e.verdict.Text, "line.Nothing") && e.save.Disabled() })
	e.schema.Message.SetText("line.Part")
	b.Await("the preview", func() bool { return strings.Contains(e.result.Full, "42") && !e.save.Disabled() })
	test.Tap(e.save)
	b.Await("the reading", func() bool {
		b.ticks("line/part")
		return strings.Contains(b.text(), `"state": "ok"`)
	})
	if got := b.conn.Profile().Decoders; len(got) != 1 || got[0].Message != "line.Part" || got[0].Files[0] != good {
		t.Errorf("kept: %+v", got)
	}
	b.Await("the save", func() bool {
		p, err := b.App.Profiles.Get(b.conn.Profile().ID)
		return err == nil && len(p.Decoders) == 1
	})
}
