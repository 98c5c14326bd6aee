package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/payload"
	"streamscope/connections"
)

// Every command of the window stands in the main menu, with its shortcut: a focused text field
// swallows shortcuts that do not.
func (w *Window) mainMenu() *fyne.MainMenu {
	item := func(label string, s fyne.Shortcut, f func()) *fyne.MenuItem {
		i := fyne.NewMenuItem(label, f)
		i.Shortcut = s
		return i
	}
	quit := item(tr("menu.quit", "Quit"), ctrl(fyne.KeyQ), w.Quit)
	quit.IsQuit = true
	file := fyne.NewMenu(tr("menu.file", "File"),
		item(tr("menu.new", "New connection…"), ctrl(fyne.KeyN), w.newProfile),
		item(tr("menu.manage", "Connections…"), ctrl(fyne.KeyO), w.manageProfiles),
		fyne.NewMenuItemSeparator(),
		item(tr("menu.import", "Import connections…"), nil, w.importFile),
		item(tr("menu.paste", "Import from the clipboard"), nil, w.importClipboard),
		item(tr("menu.export", "Export connections…"), nil, w.exportProfiles),
		fyne.NewMenuItemSeparator(),
		item(tr("menu.demo", "Try the demo plant"), nil, w.startDemo),
		fyne.NewMenuItemSeparator(), quit)
	conn := fyne.NewMenu(tr("menu.connection", "Connection"),
		item(tr("menu.retry", "Retry now"), ctrl(fyne.KeyR), w.forSelected((*app.Connection).RetryNow)),
		item(tr("menu.edit", "Edit…"), ctrl(fyne.KeyE), w.forSelected(w.editConnection)),
		item(tr("menu.diagnose", "Diagnose…"), nil, w.forSelected(w.diagnoseConnection)),
		item(tr("menu.disconnect", "Disconnect"), ctrlShift(fyne.KeyD), w.forSelected((*app.Connection).Disconnect)),
		item(tr("menu.close", "Close the connection"), ctrl(fyne.KeyW), w.forSelected(w.closeConnection)),
		fyne.NewMenuItemSeparator(),
		item(tr("menu.clear", "Clear what was received…"), nil, w.forSelected(w.confirmClear)))
	view := fyne.NewMenu(tr("menu.view", "View"),
		item(tr("menu.filter", "Filter topics"), ctrl(fyne.KeyF), w.focusFilter),
		item(tr("menu.tree", "Go to the tree"), ctrl(fyne.KeyT), func() { w.win.Canvas().Focus(w.tree.tree) }),
		item(tr("menu.expand", "Expand all"), ctrlShift(fyne.KeyE), func() { w.tree.ExpandAll(true) }),
		item(tr("menu.collapse", "Collapse all"), ctrlShift(fyne.KeyC), func() { w.tree.ExpandAll(false) }),
		fyne.NewMenuItemSeparator(),
		item(tr("menu.pin", "Pin the topic"), ctrl(fyne.KeyD), w.forTopic(w.togglePin)),
		item(tr("menu.chart", "Show the topic on the chart"), ctrl(fyne.KeyK), w.forTopic(w.chart)),
		item(tr("menu.find", "Find in the payload"), ctrlShift(fyne.KeyF), w.findInPayload),
		fyne.NewMenuItemSeparator(),
		item(tr("menu.pause", "Pause"), ctrl(fyne.KeyP), w.togglePause),
		item(tr("menu.charts", "Charts"), ctrl(fyne.KeyG), func() { w.setCharts(!w.showCharts) }),
		item(tr("menu.clearchart", "Clear the chart"), nil, w.charts.Clear),
		fyne.NewMenuItemSeparator(), w.themeMenu(), w.textMenu())
	tools := fyne.NewMenu(tr("menu.tools", "Tools"),
		item(tr("menu.publish", "Publish"), ctrl(fyne.KeyM), func() { w.setComposer(!w.showComposer) }),
		item(tr("menu.publishhere", "Publish on the selected topic"), ctrlShift(fyne.KeyM), w.forTopic(w.publishHere)))
	help := fyne.NewMenu(tr("menu.help", "Help"),
		item(tr("menu.shortcuts", "Shortcuts"), nil, w.showShortcuts),
		item(tr("menu.performance", "Performance"), nil, w.showPerformance),
		item(tr("menu.logs", "Open log folder"), nil, w.openLogs),
		item(tr("menu.about", "About"), nil, w.showAbout))
	return fyne.NewMainMenu(file, conn, view, tools, help)
}

func ctrl(k fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault}
}

func ctrlShift(k fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}
}

// forSelected makes a command for the connection of the selection, or the only one.
func (w *Window) forSelected(f func(*app.Connection)) func() {
	return func() {
		conns := w.app.Connections()
		switch c := w.tree.selected.conn; {
		case c != nil:
			f(c)
		case len(conns) == 1:
			f(conns[0])
		default:
			w.status.Flash(tr("flash.choose", "Select a connection in the tree first."))
		}
	}
}

// forTopic makes a command for the topic in the detail pane.
func (w *Window) forTopic(f func(selection)) func() {
	return func() {
		if w.detail.sel.topic == "" {
			w.status.Flash(tr("flash.topic", "Select a topic in the tree first."))
			return
		}
		f(w.detail.sel)
	}
}

func (w *Window) focusFilter() {
	w.win.Canvas().Focus(w.tree.filter)
	w.tree.filter.TypedShortcut(&fyne.ShortcutSelectAll{})
}

func (w *Window) findInPayload() {
	if w.detail.sel.topic != "" {
		w.detail.tabs.SelectIndex(0)
		w.detail.payload.view.ShowFind()
	}
}

// topicMenu is the context menu of a row. It is bound to what was pressed, wherever the row
// moves to.
func (w *Window) topicMenu(s selection, at fyne.Position) {
	if s.node == 0 && s.topic == "" {
		widget.ShowPopUpMenuAtPosition(w.connectionMenu(s.conn), w.win.Canvas(), at)
		return
	}
	var value string
	hasNumber := false
	if id, ok := s.conn.Index().Find(s.topic); ok {
		if e, ok := s.conn.Index().Latest(id); ok {
			value = string(e.Payload)
			_, _, hasNumber = payload.Number(e.Payload, s.path)
		}
	}
	pin := fyne.NewMenuItem(tr("topic.pin", "Pin to the watch list"), func() { w.togglePin(s) })
	if w.tree.watch.Pinned(s) {
		pin.Label = tr("topic.unpin", "Unpin")
	}
	chart := fyne.NewMenuItem(tr("topic.chart", "Show on the chart"), func() { w.chart(s) })
	chart.Disabled = !hasNumber
	copyValue := fyne.NewMenuItem(tr("topic.copyvalue", "Copy value"), func() {
		w.fyne.Clipboard().SetContent(value)
		w.status.Flash(tr("copied.value", "Value copied."))
	})
	copyValue.Disabled = value == ""
	items := []*fyne.MenuItem{
		pin, chart, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(tr("topic.copytopic", "Copy topic"), func() { w.copyTopic(s) }),
		copyValue, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(tr("topic.publish", "Publish here"), func() { w.publishHere(s) }),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(tr("topic.expand", "Expand all beneath"), func() { w.tree.expandBeneath(s, true) }),
		fyne.NewMenuItem(tr("topic.collapse", "Collapse"), func() { w.tree.expandBeneath(s, false) }),
	}
	if s.path != nil {
		items = append(items, fyne.NewMenuItem(tr("topic.rule", "Show the whole payload in the tree again"), func() { w.tree.Choose(s, nil) }))
	}
	if s.node == 0 {
		items = append(items, fyne.NewMenuItem(tr("topic.reveal", "Show in the tree"), func() { w.reveal(s) }))
	}
	items = append(items, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(tr("topic.clear", "Clear this branch's history"), func() { w.clearBranch(s) }))
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), w.win.Canvas(), at)
}

func (w *Window) copyTopic(s selection) {
	w.fyne.Clipboard().SetContent(s.topic)
	w.status.Flash(tr("copied.topic", "Topic copied."))
}

func (w *Window) reveal(s selection) {
	if id, ok := s.conn.Index().Find(s.topic); ok {
		s.node = id
		w.tree.Reveal(s)
	}
}

// connectionMenu is the menu of a chip and of a connection's root.
func (w *Window) connectionMenu(c *app.Connection) *fyne.Menu {
	var items []*fyne.MenuItem
	add := func(label string, f func()) { items = append(items, fyne.NewMenuItem(label, f)) }
	switch c.Status().State {
	case connections.StateClosed, connections.StateIdle:
		add(tr("chip.menu.connect", "Connect"), c.Connect)
	case connections.StateWaiting:
		add(tr("chip.menu.retry", "Retry now"), c.RetryNow)
		add(tr("chip.menu.stop", "Stop trying"), c.Disconnect)
	default:
		add(tr("chip.menu.disconnect", "Disconnect"), c.Disconnect)
	}
	add(tr("chip.menu.diagnose", "Diagnose…"), func() { w.diagnoseConnection(c) })
	add(tr("chip.menu.subscriptions", "Subscriptions…"), func() { w.showSubscriptions(c) })
	if c.Saved() {
		add(tr("chip.menu.edit", "Edit…"), func() { w.editConnection(c) })
	}
	items = append(items, fyne.NewMenuItemSeparator())
	add(tr("chip.menu.clear", "Clear what was received…"), func() { w.confirmClear(c) })
	add(tr("chip.menu.close", "Close"), func() { w.closeConnection(c) })
	return fyne.NewMenu("", items...)
}

// connectMenu lists what can be connected to.
func (w *Window) connectMenu() *fyne.Menu {
	list, _ := w.app.Profiles.List()
	var items []*fyne.MenuItem
	for _, p := range list {
		if w.app.Connection(p.ID) == nil {
			items = append(items, fyne.NewMenuItem(p.Name, func() { w.connect(p) }))
		}
	}
	if len(items) > 0 {
		items = append(items, fyne.NewMenuItemSeparator())
	}
	items = append(items,
		fyne.NewMenuItem(tr("menu.new", "New connection…"), w.newProfile),
		fyne.NewMenuItem(tr("menu.manage", "Connections…"), w.manageProfiles))
	return fyne.NewMenu("", items...)
}

// showSubscriptions says what the connection receives, and the broker's answer to each filter.
func (w *Window) showSubscriptions(c *app.Connection) {
	rows := container.NewVBox()
	for _, s := range c.Status().Filters {
		rows.Add(widget.NewLabel(filterLine(s)))
	}
	if len(rows.Objects) == 0 {
		for _, s := range c.Profile().Subscriptions {
			rows.Add(widget.NewLabel(s.Filter + "  ·  " + tr("subscription.pending", "not subscribed: not connected")))
		}
	}
	showSheet(w.win, tr("subscription.title", "Subscriptions of {{.Name}}", map[string]any{"Name": c.Name()}), rows)
}

func filterLine(s connections.SubscribeResult) string {
	switch {
	case s.Covered != "":
		return s.Filter + "  ·  " + tr("subscription.covered", "comes with {{.Wider}}", map[string]any{"Wider": s.Covered})
	case s.Refused:
		return s.Filter + "  ·  " + tr("subscription.refused", "refused by the broker")
	default:
		return s.Filter + "  ·  " + tr("subscription.granted", "granted with QoS {{.QoS}}", map[string]any{"QoS": s.Granted})
	}
}
