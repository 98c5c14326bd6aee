package window

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/topics"
	"streamscope/app/window/filterbar"
	"streamscope/app/window/ui"
	"streamscope/app/workspace"
)

// figure is what stands beside a branch.
type figure int

const (
	figureTopics figure = iota
	figureMessages
	figureRate
)

// beneath writes what there is on a node and beneath it.
func (f figure) beneath(r *topics.Row, now int64) string {
	switch f {
	case figureMessages:
		return ui.Count(r.Messages + r.Count)
	case figureRate:
		return ui.Rate(r.BeneathRate + r.Rate(now))
	}
	return ""
}

// option is one of several that exclude each other.
type option[T comparable] struct {
	value T
	// name stands in the workspace, label on the screen.
	name, label string
}

func orders() []option[topics.Order] {
	return []option[topics.Order]{
		{topics.OrderName, "", ui.Tr("tree.order.name", "Name")},
		{topics.OrderRate, "rate", ui.Tr("tree.order.rate", "Messages a second")},
		{topics.OrderCount, "count", ui.Tr("tree.order.count", "Number of messages")},
		{topics.OrderChange, "change", ui.Tr("tree.order.change", "Last change")},
	}
}

func figureChoices() []option[figure] {
	return []option[figure]{
		{figureTopics, "", ui.Tr("tree.figure.topics", "Topics")},
		{figureMessages, "messages", ui.Tr("tree.figure.messages", "Messages")},
		{figureRate, "rate", ui.Tr("tree.figure.rate", "Messages a second")},
	}
}

// named finds a choice by its name in the workspace; the first where there is none.
func named[T comparable](list []option[T], name string) T {
	i := slices.IndexFunc(list, func(c option[T]) bool { return c.name == name })
	return list[max(i, 0)].value
}

// nameOf is the name of a choice in the workspace.
func nameOf[T comparable](list []option[T], value T) string {
	i := slices.IndexFunc(list, func(c option[T]) bool { return c.value == value })
	return list[max(i, 0)].name
}

// choices are menu items that show what is chosen.
type choices struct {
	orders  map[*fyne.MenuItem]topics.Order
	figures map[*fyne.MenuItem]figure
}

// SetOrder sorts the tree, and shows the figure that it is sorted by.
func (p *treePane) SetOrder(o topics.Order) {
	p.order = o
	switch o {
	case topics.OrderRate:
		p.figure = figureRate
	case topics.OrderCount:
		p.figure = figureMessages
	}
	p.check()
	p.resorted()
}

// SetFigure shows something else beside branches.
func (p *treePane) SetFigure(f figure) {
	p.figure = f
	p.check()
	p.tree.Refresh()
	p.onView()
}

// check marks in the menu what is chosen.
func (p *treePane) check() {
	for item, o := range p.choices.orders {
		item.Checked = o == p.order
	}
	for item, f := range p.choices.figures {
		item.Checked = f == p.figure
	}
}

// orderItems and figureItems are for a menu that stays.
func (p *treePane) orderItems() []*fyne.MenuItem {
	items, chosen := itemsOf(orders(), p.SetOrder)
	p.choices.orders = chosen
	p.check()
	return items
}

func (p *treePane) figureItems() []*fyne.MenuItem {
	items, chosen := itemsOf(figureChoices(), p.SetFigure)
	p.choices.figures = chosen
	p.check()
	return items
}

func itemsOf[T comparable](list []option[T], choose func(T)) (items []*fyne.MenuItem, values map[*fyne.MenuItem]T) {
	values = map[*fyne.MenuItem]T{}
	for _, c := range list {
		item := fyne.NewMenuItem(c.label, func() { choose(c.value) })
		items, values[item] = append(items, item), c.value
	}
	return items, values
}

// openSortMenu opens the menu of the button.
func (p *treePane) openSortMenu() {
	title := func(label string) *fyne.MenuItem {
		i := fyne.NewMenuItem(label, nil)
		i.Disabled = true
		return i
	}
	kept := p.choices
	items := []*fyne.MenuItem{title(ui.Tr("tree.order", "Sort by"))}
	items = append(items, p.orderItems()...)
	items = append(items, fyne.NewMenuItemSeparator(), title(ui.Tr("tree.figure", "Beside branches")))
	items = append(items, p.figureItems()...)
	p.choices = kept
	driver := fyne.CurrentApp().Driver()
	at := driver.AbsolutePositionForObject(p.sorter).AddXY(0, p.sorter.Size().Height)
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), driver.CanvasForObject(p.sorter), at)
}

// save writes into the workspace what the tree shows.
func (p *treePane) save(doc *workspace.Workspace) {
	s := p.filter.State()
	doc.Filter = s.Text
	doc.Filtering = workspace.Filtering{
		Payloads: s.Payloads, Numbers: s.Numbers, Retained: s.Retained,
		ChangedWithin: s.ChangedWithin, SilentFor: s.SilentFor,
	}
	doc.Order, doc.Figure = nameOf(orders(), p.order), nameOf(figureChoices(), p.figure)
}

// restore goes back to what was saved.
func (p *treePane) restore(doc workspace.Workspace) {
	p.order, p.figure = named(orders(), doc.Order), named(figureChoices(), doc.Figure)
	p.check()
	f := doc.Filtering
	p.filter.SetState(filterbar.State{
		Text: doc.Filter, Payloads: f.Payloads, Numbers: f.Numbers, Retained: f.Retained,
		ChangedWithin: f.ChangedWithin, SilentFor: f.SilentFor,
	})
}
