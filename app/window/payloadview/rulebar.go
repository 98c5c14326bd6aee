package payloadview

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/payload"
	"streamscope/app/payload/decode"
	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// RuleBar shows by which rule the texts of a topic are read as numbers, and changes it: in the
// binding that the topic has, or in a new one for this topic alone.
type RuleBar struct {
	Object fyne.CanvasObject

	o      Options
	choice *widget.Select
	sel    ui.Selection
	shown  payload.Rule
}

// NewRuleBar makes the bar.
func NewRuleBar(o Options) *RuleBar {
	b := &RuleBar{o: o}
	names := make([]string, 0, len(payload.Rules()))
	for _, r := range payload.Rules() {
		names = append(names, ruleName(r))
	}
	b.choice = widget.NewSelect(names, nil)
	b.choice.SetSelectedIndex(0)
	b.choice.OnChanged = func(string) { b.change() }
	label := ui.NewQuietText()
	label.TextSize, label.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	label.SetText(ui.Tr("values.rule", "Texts that are numbers"))
	b.Object = container.NewBorder(nil, nil, label, nil, b.choice)
	return b
}

// Named are the parts that tests and tools look for.
func (b *RuleBar) Named() map[string]fyne.CanvasObject {
	return map[string]fyne.CanvasObject{"values.rule": b.choice}
}

// Refresh shows the rule of a topic; called by the tick.
func (b *RuleBar) Refresh(s ui.Selection) {
	b.sel = s
	if rule := s.Conn.Decoders().Rule(s.Topic); rule != b.shown {
		b.shown = rule
		changed := b.choice.OnChanged
		b.choice.OnChanged = nil
		b.choice.SetSelectedIndex(slices.Index(payload.Rules(), rule))
		b.choice.OnChanged = changed
	}
}

func (b *RuleBar) change() {
	if b.sel.Conn == nil || b.sel.Topic == "" {
		return
	}
	rule := payload.Rules()[max(b.choice.SelectedIndex(), 0)]
	if rule == b.shown {
		return
	}
	b.shown = rule
	bindings := slices.Clone(b.sel.Conn.Profile().Decoders)
	filter, bound := b.sel.Conn.Decoders().Bound(b.sel.Topic)
	at := slices.IndexFunc(bindings, func(o profile.Binding) bool { return bound && o.Filter == filter })
	if at < 0 {
		bindings = append(bindings, profile.Binding{Filter: b.sel.Topic, Format: string(decode.Auto)})
		at = len(bindings) - 1
	}
	bindings[at].Numbers = rule.String()
	keep(b.o, b.sel.Conn, bindings)
}
