package compose

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/topics"
	"streamscope/app/window/ui"
)

// suggestions is the most topics that are offered to complete what was typed.
const suggestions = 6

// suggestPatience ends a search for topics that nobody waits for any more.
const suggestPatience = 2 * time.Second

// topicEntry is the composer's topic field; topics that the connection has heard complete it.
type topicEntry struct {
	widget.Entry
	pane   *Pane
	object fyne.CanvasObject
	offers *fyne.Container
	cancel context.CancelFunc
	// searching counts searches that have not brought their topics yet: the list may still move
	// what is beneath it.
	searching int
}

func newTopicEntry(c *Pane, changed func()) *topicEntry {
	e := &topicEntry{pane: c, offers: container.NewVBox()}
	e.ExtendBaseWidget(e)
	e.PlaceHolder = ui.Tr("composer.topic", "Topic")
	e.OnChanged = func(string) {
		changed()
		if !c.loading {
			e.search()
		}
	}
	e.object = container.NewVBox(e, e.offers)
	return e
}

// search looks for topics off the UI goroutine; the next key cancels it.
func (e *topicEntry) search() {
	if e.cancel != nil {
		e.cancel()
		e.cancel = nil
	}
	k, typed := e.pane.connection(), e.Text
	if k == nil || len(typed) < 2 {
		e.suggest(nil)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), suggestPatience)
	e.cancel = cancel
	e.searching++
	e.pane.o.Background.Go(func() func() {
		defer cancel()
		found := completions(ctx, k.Index(), typed)
		late := ctx.Err() != nil
		return func() {
			e.searching--
			if e.Text == typed && !late {
				e.suggest(found)
			}
		}
	})
}

// completions lists topics that contain what was typed, in the tree's order. It does not wait for
// all of them.
func completions(ctx context.Context, x *topics.Index, typed string) []string {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var early []string
	flat, err := x.Flatten(ctx, topics.View{Filter: typed, OpenAll: true, Progress: func(f *topics.Flat) {
		if early == nil {
			if found := firstTopics(x, f, typed); len(found) == suggestions {
				early = found
				cancel()
			}
		}
	}})
	if early != nil {
		return early
	}
	if err != nil {
		return nil
	}
	return firstTopics(x, flat, typed)
}

// firstTopics are those that are offered; none if what was typed is a topic already.
func firstTopics(x *topics.Index, flat *topics.Flat, typed string) []string {
	var found []string
	for _, r := range flat.Rows {
		if !r.Topic || !r.Hit {
			continue
		}
		path := x.Path(r.Node)
		if path == typed {
			return nil
		}
		if found = append(found, path); len(found) == suggestions {
			break
		}
	}
	return found
}

// suggest shows topics beneath the field; none hides the list.
func (e *topicEntry) suggest(found []string) {
	if len(found) == 0 && len(e.offers.Objects) == 0 {
		return
	}
	e.offers.RemoveAll()
	for _, t := range found {
		b := widget.NewButton(t, func() {
			e.SetText(t)
			e.suggest(nil)
		})
		b.Alignment = widget.ButtonAlignLeading
		b.Importance = widget.LowImportance
		e.offers.Add(b)
	}
	e.offers.Refresh()
}

// Content is what stands in the field.
func (e *topicEntry) Content() string { return e.Text }

// TypedShortcut sends on Ctrl+Enter like the payload field: both are the composer's.
func (e *topicEntry) TypedShortcut(s fyne.Shortcut) {
	if IsSendShortcut(s) {
		e.pane.trySend()
		return
	}
	e.Entry.TypedShortcut(s)
}

func (e *topicEntry) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeyEscape {
		e.suggest(nil)
		return
	}
	e.Entry.TypedKey(k)
}
