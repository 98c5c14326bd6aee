package retained

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

	"streamscope/app"
	"streamscope/app/command/retained"
	"streamscope/app/topics"
	"streamscope/app/window/past"
	"streamscope/app/window/ui"
)

// compare shows how two selected messages differ, or how the selected one differs from the latest
// that the connection itself has received on its topic.
func (w *Window) compare() {
	list, c := w.selected(), w.asked
	if len(list) == 0 || len(list) > 2 || c == nil {
		return
	}
	older := side(&list[0], list[0].Topic)
	var newer past.Side
	if len(list) == 2 {
		newer = side(&list[1], list[1].Topic)
	} else {
		older.Name = ui.Tr("retained.compare.listed", "retained when it was listed")
		latest, ok := received(c, list[0].Topic)
		if !ok {
			dialog.ShowInformation(list[0].Topic, ui.Tr("retained.compare.none", "{{.Connection}} has received nothing on this topic itself: its subscriptions leave it out.",
				map[string]any{"Connection": c.Name()}), w.win)
			return
		}
		newer = past.Side{Topic: list[0].Topic, Entry: latest, Name: ui.Tr("retained.compare.latest", "the latest received, {{.Time}}",
			map[string]any{"Time": time.Unix(0, latest.Time).Format("15:04:05")})}
	}
	w.o.Background.Go(func() func() {
		compared := past.Compare(c, older, newer)
		return func() {
			if w.win == nil {
				return
			}
			d := dialog.NewCustom(older.Topic, ui.Tr("close", "Close"), compared.Object(older, newer), w.win)
			d.Resize(fyne.NewSize(680, 400))
			d.Show()
		}
	})
}

func side(m *retained.Message, name string) past.Side {
	return past.Side{Topic: m.Topic, Name: name, Entry: topics.Entry{Payload: m.Payload, Size: m.Size, QoS: m.QoS, Retained: true, Cut: m.Cut(), Props: m.Props}}
}

// received is the latest message that a connection holds of a topic.
func received(c *app.Connection, topic string) (topics.Entry, bool) {
	node, ok := c.Index().Find(topic)
	if !ok {
		return topics.Entry{}, false
	}
	latest := c.Index().History(node, 0, 1)
	if len(latest) == 0 {
		return topics.Entry{}, false
	}
	return latest[0], true
}
