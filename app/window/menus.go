package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/window/payloadview"
	"streamscope/app/window/server"
	"streamscope/app/window/subscriptions"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// Every command of the window stands in the main menu, with its shortcut: a focused text field
// swallows shortcuts that do not.
func (w *Window) mainMenu() *fyne.MainMenu {
	item := func(label string, s fyne.Shortcut, f func()) *fyne.MenuItem {
		i := fyne.NewMenuItem(label, f)
		i.Shortcut = s
		return i
	}
	quit := item(ui.Tr("menu.quit", "Quit"), ctrl(fyne.KeyQ), w.Quit)
	quit.IsQuit = true
	file := fyne.NewMenu(ui.Tr("menu.file", "File"),
		item(ui.Tr("menu.new", "New connection…"), ctrl(fyne.KeyN), w.newProfile),
		item(ui.Tr("menu.manage", "Connections…"), ctrl(fyne.KeyO), w.manageProfiles),
		fyne.NewMenuItemSeparator(),
		item(ui.Tr("menu.import", "Import connections…"), nil, w.importFile),
		item(ui.Tr("menu.paste", "Import from the clipboard"), nil, w.importClipboard),
		item(ui.Tr("menu.export", "Export connections…"), nil, w.exportProfiles),
		fyne.NewMenuItemSeparator(),
		item(ui.Tr("menu.demo", "Try the demo plant"), nil, w.startDemo),
		fyne.NewMenuItemSeparator(), quit)
	conn := fyne.NewMenu(ui.Tr("menu.connection", "Connection"),
		item(ui.Tr("menu.retry", "Retry now"), ctrl(fyne.KeyR), w.forSelected((*app.Connection).RetryNow)),
		item(ui.Tr("menu.edit", "Edit…"), ctrl(fyne.KeyE), w.forSelected(w.editConnection)),
		item(ui.Tr("menu.subscriptions", "Subscriptions…"), ctrlShift(fyne.KeyS), w.forSelected(w.showSubscriptions)),
		item(ui.Tr("menu.decoders", "How payloads are read…"), ctrlShift(fyne.KeyR), w.forSelected(w.detail.payload.Bindings)),
		item(ui.Tr("menu.details", "Details…"), ctrlShift(fyne.KeyI), w.forSelected(w.showServer)),
		item(ui.Tr("menu.diagnose", "Diagnose…"), nil, w.forSelected(w.diagnoseConnection)),
		item(ui.Tr("menu.disconnect", "Disconnect"), ctrlShift(fyne.KeyD), w.forSelected((*app.Connection).Disconnect)),
		item(ui.Tr("menu.close", "Close the connection"), ctrl(fyne.KeyW), w.forSelected(w.closeConnection)),
		fyne.NewMenuItemSeparator(),
		item(ui.Tr("menu.watchonly", "Watch only the selected branch"), nil, func() { w.watchOnly(w.tree.selected) }),
		item(ui.Tr("narrow.all", "Watch everything again"), nil, w.watchAll),
		fyne.NewMenuItemSeparator(),
		item(ui.Tr("menu.clear", "Clear what was received…"), nil, w.forSelected(w.confirmClear)))
	view := fyne.NewMenu(ui.Tr("menu.view", "View"),
		item(ui.Tr("menu.filter", "Filter topics"), ctrl(fyne.KeyF), w.focusFilter),
		submenu(ui.Tr("menu.filterby", "Filter by"), w.tree.filter.MenuItems()),
		item(ui.Tr("menu.tree", "Go to the tree"), ctrl(fyne.KeyT), func() { w.win.Canvas().Focus(w.tree.tree) }),
		item(ui.Tr("menu.expand", "Expand all"), ctrlShift(fyne.KeyE), func() { w.tree.ExpandAll(true) }),
		item(ui.Tr("menu.collapse", "Collapse all"), ctrlShift(fyne.KeyC), func() { w.tree.ExpandAll(false) }),
		submenu(ui.Tr("tree.order", "Sort by"), w.tree.orderItems()),
		submenu(ui.Tr("tree.figure", "Beside branches"), w.tree.figureItems()),
		fyne.NewMenuItemSeparator(),
		item(ui.Tr("menu.pin", "Pin the topic"), ctrl(fyne.KeyD), w.forTopic(w.togglePin)),
		item(ui.Tr("menu.chart", "Show the topic on the chart"), ctrl(fyne.KeyK), w.forTopic(w.charts.Add)),
		item(ui.Tr("menu.chart.new", "Show the topic on a new chart"), ctrlShift(fyne.KeyK), w.forTopic(w.charts.AddToNew)),
		item(ui.Tr("menu.always", "Always read the payload this way…"), nil, w.detail.payload.Always),
		item(ui.Tr("menu.find", "Find in the payload"), ctrlShift(fyne.KeyF), w.findInPayload),
		item(ui.Tr("menu.diff", "What changed in the topic"), ctrlShift(fyne.KeyX), w.showDiff),
		w.historyMenu(),
		fyne.NewMenuItemSeparator(),
		item(ui.Tr("menu.pause", "Pause"), ctrl(fyne.KeyP), w.togglePause),
		item(ui.Tr("menu.charts", "Charts"), ctrl(fyne.KeyG), func() { w.setCharts(!w.showCharts) }),
		fyne.NewMenuItemSeparator(), w.themeMenu(), w.textMenu())
	w.readOnlyItem = item(ui.Tr("menu.readonly", "Read-only"), ctrlShift(fyne.KeyL), w.toggleReadOnly)
	w.readOnlyItem.Checked = w.app.ReadOnly()
	tools := fyne.NewMenu(ui.Tr("menu.tools", "Tools"),
		item(ui.Tr("floods.title", "Who floods?"), ctrl(fyne.KeyL), func() { w.floods.Get().Open() }),
		item(ui.Tr("menu.retained", "Retained messages…"), ctrlShift(fyne.KeyT), w.showAnyRetained),
		fyne.NewMenuItemSeparator(),
		item(ui.Tr("menu.publish", "Publish"), ctrl(fyne.KeyM), func() { w.setComposer(!w.showComposer) }),
		item(ui.Tr("menu.publishhere", "Publish on the selected topic"), ctrlShift(fyne.KeyM), w.forTopic(w.publishHere)),
		item(ui.Tr("menu.repeat", "Repeat the message of the composer…"), nil, func() { w.composer.Get().Repeat() }),
		item(ui.Tr("menu.repeating", "What is repeated"), nil, w.repeat.Show),
		item(ui.Tr("menu.audit", "What was sent…"), nil, func() { w.audit.Get().Open() }),
		fyne.NewMenuItemSeparator(), w.readOnlyItem)
	tools.Items = append(tools.Items, fyne.NewMenuItemSeparator(),
		item(ui.Tr("menu.controls", "Controls"), ctrl(fyne.KeyB), func() { w.setControls(!w.showControls) }))
	if len(w.app.Commands.List()) > 0 {
		tools.Items = append(tools.Items, submenu(ui.Tr("menu.commands", "Saved commands"), w.controls.Get().MenuItems()))
	}
	help := fyne.NewMenu(ui.Tr("menu.help", "Help"),
		item(ui.Tr("menu.shortcuts", "Shortcuts"), nil, w.showShortcuts),
		item(ui.Tr("menu.filterhelp", "What the filter understands"), nil, w.showFilterHelp),
		item(ui.Tr("menu.performance", "Performance"), nil, w.showPerformance),
		item(ui.Tr("menu.logs", "Open log folder"), nil, w.openLogs),
		item(ui.Tr("menu.about", "About"), nil, w.showAbout))
	return fyne.NewMainMenu(file, conn, view, w.charts.Menu(), tools, help)
}

func submenu(label string, items []*fyne.MenuItem) *fyne.MenuItem {
	i := fyne.NewMenuItem(label, nil)
	i.ChildMenu = fyne.NewMenu("", items...)
	return i
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
		switch c := w.tree.selected.Conn; {
		case c != nil:
			f(c)
		case len(conns) == 1:
			f(conns[0])
		default:
			w.status.Flash(ui.Tr("flash.choose", "Select a connection in the tree first."))
		}
	}
}

// forTopic makes a command for the topic in the detail pane.
func (w *Window) forTopic(f func(ui.Selection)) func() {
	return func() {
		if w.detail.sel.Topic == "" {
			w.status.Flash(ui.Tr("flash.topic", "Select a topic in the tree first."))
			return
		}
		f(w.detail.sel)
	}
}

func (w *Window) focusFilter() {
	w.win.Canvas().Focus(w.tree.filter.Entry)
	w.tree.filter.Entry.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// showFilterHelp needs the bar on the screen, which it is not before there is a connection.
func (w *Window) showFilterHelp() {
	if len(w.app.Connections()) > 0 {
		w.tree.filter.ShowHelp()
		return
	}
	w.status.Flash(ui.Tr("flash.connect", "Connect first."))
}

func (w *Window) findInPayload() {
	if w.detail.sel.Topic != "" {
		w.detail.turnTo(tabPayload)
		w.detail.payload.View.ShowFind()
	}
}

func (w *Window) showDiff() { w.forTopic(func(ui.Selection) { w.detail.turnTo(tabDiff) })() }

// historyMenu holds what can be done with the messages of the topic in the detail pane.
func (w *Window) historyMenu() *fyne.MenuItem {
	in := func(f func()) func() {
		return w.forTopic(func(ui.Selection) {
			w.detail.turnTo(tabHistory)
			f()
		})
	}
	h := w.detail.history
	list := fyne.NewMenuItem(ui.Tr("menu.history.show", "Show"), in(func() {}))
	list.Shortcut = ctrlShift(fyne.KeyH)
	menu := fyne.NewMenuItem(ui.Tr("menu.history", "History of the topic"), nil)
	menu.ChildMenu = fyne.NewMenu("", list,
		fyne.NewMenuItem(ui.Tr("menu.history.search", "Search"), in(h.ShowFind)),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(ui.Tr("menu.history.csv", "Export as CSV…"), in(func() { h.Export(true, true) })),
		fyne.NewMenuItem(ui.Tr("menu.history.lines", "Export as JSON Lines…"), in(func() { h.Export(true, false) })),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(ui.Tr("menu.history.clear", "Clear…"), in(h.Clear)))
	return menu
}

// payloadOptions is what the payload tab and its dialogs need of the window.
func (w *Window) payloadOptions() payloadview.Options {
	return payloadview.Options{
		Work: w.background, Window: func() fyne.Window { return w.win }, Fail: w.fail, Name: func(name string, o fyne.CanvasObject) { w.names.Set(name, o) },
	}
}

// topicMenu is the context menu of a row. It is bound to what was pressed, wherever the row
// moves to.
func (w *Window) topicMenu(s ui.Selection, at fyne.Position) {
	if s.Node == 0 && s.Topic == "" {
		widget.ShowPopUpMenuAtPosition(w.connectionMenu(s.Conn), w.win.Canvas(), at)
		return
	}
	var value string
	if id, ok := s.Conn.Index().Find(s.Topic); ok {
		if e, ok := s.Conn.Index().Latest(id); ok {
			value = string(e.Payload)
		}
	}
	pin := fyne.NewMenuItem(ui.Tr("topic.pin", "Pin to the watch list"), func() { w.togglePin(s) })
	if w.tree.watch.Pinned(s) {
		pin.Label = ui.Tr("topic.unpin", "Unpin")
	}
	chart := w.charts.AddItem(s)
	chart.Disabled = !hasNumber(s)
	copyValue := fyne.NewMenuItem(ui.Tr("topic.copyvalue", "Copy value"), func() {
		w.fyne.Clipboard().SetContent(value)
		w.status.Flash(ui.Tr("copied.value", "Value copied."))
	})
	copyValue.Disabled = value == ""
	items := []*fyne.MenuItem{
		pin, chart, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(ui.Tr("topic.copytopic", "Copy topic"), func() { w.copyTopic(s) }),
		copyValue, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(ui.Tr("topic.publish", "Publish here"), func() { w.publishHere(s) }),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(ui.Tr("topic.expand", "Expand all beneath"), func() { w.tree.expandBeneath(s, true) }),
		fyne.NewMenuItem(ui.Tr("topic.collapse", "Collapse"), func() { w.tree.expandBeneath(s, false) }),
	}
	if s.Conn.Profile().Protocol == profile.MQTT {
		items = append(items, fyne.NewMenuItem(ui.Tr("topic.retained", "Retained messages beneath…"), func() { w.showRetained(s) }))
	}
	only := fyne.NewMenuItem(ui.Tr("topic.watchonly", "Watch only this branch"), func() { w.watchOnly(s) })
	only.Disabled = !narrowable(s)
	items = append(items, fyne.NewMenuItemSeparator(), only,
		fyne.NewMenuItem(ui.Tr("topic.hide", "Hide with the filter"), func() { w.tree.filter.Exclude(s.Topic) }))
	if s.Path != nil {
		items = append(items, fyne.NewMenuItem(ui.Tr("topic.rule", "Show the whole payload in the tree again"), func() { w.tree.Choose(s, nil) }))
	}
	if s.Node == 0 {
		items = append(items, fyne.NewMenuItem(ui.Tr("topic.reveal", "Show in the tree"), func() { w.reveal(s) }))
	}
	items = append(items, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(ui.Tr("topic.clear", "Clear this branch's history"), func() { w.clearBranch(s) }))
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), w.win.Canvas(), at)
}

func (w *Window) copyTopic(s ui.Selection) {
	w.fyne.Clipboard().SetContent(s.Topic)
	w.status.Flash(ui.Tr("copied.topic", "Topic copied."))
}

func (w *Window) reveal(s ui.Selection) {
	if id, ok := s.Conn.Index().Find(s.Topic); ok {
		s.Node = id
		w.tree.Reveal(s)
	}
}

// connectionMenu is the menu of a chip and of a connection's root.
func (w *Window) connectionMenu(c *app.Connection) *fyne.Menu {
	var items []*fyne.MenuItem
	add := func(label string, f func()) { items = append(items, fyne.NewMenuItem(label, f)) }
	switch c.Status().State {
	case connections.StateClosed, connections.StateIdle:
		add(ui.Tr("chip.menu.connect", "Connect"), c.Connect)
	case connections.StateWaiting:
		add(ui.Tr("chip.menu.retry", "Retry now"), c.RetryNow)
		add(ui.Tr("chip.menu.stop", "Stop trying"), c.Disconnect)
	default:
		add(ui.Tr("chip.menu.disconnect", "Disconnect"), c.Disconnect)
	}
	add(ui.Tr("chip.menu.diagnose", "Diagnose…"), func() { w.diagnoseConnection(c) })
	if c.Profile().Protocol == profile.MQTT {
		add(ui.Tr("chip.menu.subscriptions", "Subscriptions…"), func() { w.showSubscriptions(c) })
		add(ui.Tr("menu.retained", "Retained messages…"), func() { w.showRetainedOf(c) })
	}
	add(ui.Tr("chip.menu.details", "Details…"), func() { w.showServer(c) })
	if c.Saved() {
		add(ui.Tr("chip.menu.edit", "Edit…"), func() { w.editConnection(c) })
	}
	items = append(items, w.readOnlyMenu(c), fyne.NewMenuItemSeparator())
	add(ui.Tr("chip.menu.clear", "Clear what was received…"), func() { w.confirmClear(c) })
	add(ui.Tr("chip.menu.close", "Close"), func() { w.closeConnection(c) })
	return fyne.NewMenu("", items...)
}

// connectMenu lists what can be connected to.
func (w *Window) connectMenu() *fyne.Menu {
	list, _ := w.app.Profiles.List()
	var items []*fyne.MenuItem
	for _, g := range underHeadings(list) {
		var closed []*fyne.MenuItem
		for _, p := range g.profiles {
			if w.app.Connection(p.ID) == nil {
				closed = append(closed, fyne.NewMenuItem(p.Name, func() { w.connect(p) }))
			}
		}
		if g.name != "" && len(closed) > 0 {
			heading := fyne.NewMenuItem(g.name, nil)
			heading.Disabled = true
			items = append(items, heading)
		}
		items = append(items, closed...)
	}
	if len(items) > 0 {
		items = append(items, fyne.NewMenuItemSeparator())
	}
	items = append(items,
		fyne.NewMenuItem(ui.Tr("menu.new", "New connection…"), w.newProfile),
		fyne.NewMenuItem(ui.Tr("menu.manage", "Connections…"), w.manageProfiles))
	return fyne.NewMenu("", items...)
}

// showSubscriptions lets the user change what a connection receives.
func (w *Window) showSubscriptions(c *app.Connection) {
	if c.Profile().Protocol == profile.WebSocket {
		w.status.Flash(ui.Tr("flash.nosubscriptions", "{{.Name}} is a raw WebSocket: it sends what it sends, there is nothing to subscribe to.",
			map[string]any{"Name": c.Name()}))
		return
	}
	w.subscriptions = subscriptions.New(subscriptions.Options{
		Conn: c, Parent: w.win, Background: w.background, Fail: w.fail, Name: w.names.Set,
		Closed: func() { w.subscriptions = nil },
	})
	w.subscriptions.Show()
}

// showServer shows what the broker of a connection said when it accepted, and what it allows.
func (w *Window) showServer(c *app.Connection) {
	w.server = server.New(server.Options{Conn: c, Parent: w.win, Name: w.names.Set, Closed: func() { w.server = nil }})
	w.server.Show()
}
