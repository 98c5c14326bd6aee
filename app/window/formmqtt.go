package window

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// mqttPage holds what the protocol lets one choose.
func (f *profileForm) mqttPage() fyne.CanvasObject {
	d := &f.draft
	rows := container.New(layout.NewFormLayout())
	version := choice(f, rows, profile.FieldVersion, ui.Tr("form.version", "Version"),
		[]string{ui.Tr("form.version.auto", "Automatic: 5, or 3.1.1"), "MQTT 5", "MQTT 3.1.1"},
		[]string{profile.VersionAuto, profile.Version5, profile.Version311}, &d.Version)
	set := version.OnChanged
	version.OnChanged = func(s string) { set(s); f.rebuild() } // what only MQTT 5 knows comes and goes
	f.entry(rows, profile.FieldClientID, ui.Tr("form.clientid", "Client ID"), "", d.ClientID, func(s string) { d.ClientID = s })
	f.entry(rows, profile.FieldKeepAlive, ui.Tr("form.keepalive", "Keep-alive, s"), "60", strconv.Itoa(d.KeepAlive), func(s string) { d.KeepAlive, _ = profile.ParseKeepAlive(s) })
	f.check1(rows, "cleanSession", ui.Tr("form.clean", "Clean session: the broker forgets this client when it leaves"), &d.CleanSession)
	if d.Version != profile.Version311 {
		f.number(rows, "sessionExpiry", ui.Tr("form.expiry", "Session expiry, s"), ui.Tr("form.expiry.hint", "MQTT 5: how long the broker keeps the session"), uint64(d.MQTT5.SessionExpiry), 32, func(n uint64) { d.MQTT5.SessionExpiry = uint32(n) })
		f.number(rows, "receiveMaximum", ui.Tr("form.receive", "Receive maximum"), "1024", uint64(d.MQTT5.ReceiveMaximum), 16, func(n uint64) { d.MQTT5.ReceiveMaximum = uint16(n) })
	}
	page := container.NewVBox(rows)
	if d.Version != profile.Version311 {
		f.fold(page, "properties", ui.Tr("form.fold.properties", "User properties of the connection (MQTT 5)"), len(d.MQTT5.UserProperties) > 0, func(rows *fyne.Container) {
			f.properties(rows, profile.FieldUserProperties, ui.Tr("form.properties", "Properties"), &d.MQTT5.UserProperties)
		})
	}
	f.fold(page, "will", ui.Tr("form.fold.will", "Last will"), d.Will != nil, f.willRows)
	return page
}

// willRows edits the message that the broker sends when this connection falls.
func (f *profileForm) willRows(rows *fyne.Container) {
	d := &f.draft
	has := widget.NewCheck(ui.Tr("form.will", "The broker sends a message when this connection is lost"), nil)
	has.SetChecked(d.Will != nil)
	has.OnChanged = func(on bool) {
		d.Will = nil
		if on {
			d.Will = &profile.Will{}
		}
		f.rebuild()
	}
	f.field(rows, "will", "", has)
	if w := d.Will; w != nil {
		f.entry(rows, profile.FieldWillTopic, ui.Tr("form.will.topic", "Will topic"), "devices/streamscope/status", w.Topic, func(s string) { w.Topic = s })
		f.entry(rows, "", ui.Tr("form.will.payload", "Will payload"), "offline", w.Payload, func(s string) { w.Payload = s })
		choice(f, rows, "", ui.Tr("form.will.qos", "Will QoS"), []string{"QoS 0", "QoS 1", "QoS 2"}, []byte{0, 1, 2}, &w.QoS)
		f.check1(rows, "", ui.Tr("form.will.retain", "Retain the will"), &w.Retain)
		if d.Version != profile.Version311 {
			f.willProperties(rows, w)
		}
	}
}

// willProperties edits what only MQTT 5 can say about a will (§3.1.3.2).
func (f *profileForm) willProperties(rows *fyne.Container, w *profile.Will) {
	f.number(rows, "willDelay", ui.Tr("form.will.delay", "Delay, s"), ui.Tr("form.will.delay.hint", "MQTT 5: how long the broker waits for this client to be back"), uint64(w.Delay), 32, func(n uint64) { w.Delay = uint32(n) })
	f.number(rows, "willExpiry", ui.Tr("form.will.expiry", "Expiry, s"), ui.Tr("form.will.expiry.hint", "MQTT 5: empty for never"), uint64(w.Expiry), 32, func(n uint64) { w.Expiry = uint32(n) })
	f.entry(rows, profile.FieldWillContentType, ui.Tr("form.will.type", "Content type"), "application/json", w.ContentType, func(s string) { w.ContentType = s })
	f.check1(rows, "willText", ui.Tr("form.will.text", "Say that the payload is text (UTF-8)"), &w.Text)
	f.entry(rows, profile.FieldWillResponse, ui.Tr("form.will.response", "Response topic"), "", w.ResponseTopic, func(s string) { w.ResponseTopic = s })
	f.entry(rows, profile.FieldWillCorrelation, ui.Tr("form.will.correlation", "Correlation data"), "", w.CorrelationData, func(s string) { w.CorrelationData = s })
	f.properties(rows, profile.FieldWillProperties, ui.Tr("form.properties", "Properties"), &w.UserProperties)
}

// number adds a field for a whole number; empty is 0, which means the usual.
func (f *profileForm) number(rows *fyne.Container, id profile.Field, label, hint string, value uint64, bits int, set func(uint64)) {
	text := ""
	if value != 0 {
		text = strconv.FormatUint(value, 10)
	}
	e := widget.NewEntry()
	e.PlaceHolder = hint
	e.SetText(text)
	e.Validator = func(s string) error {
		if s == "" {
			return nil
		}
		_, err := strconv.ParseUint(s, 10, bits)
		return err
	}
	e.OnChanged = func(s string) {
		n, err := strconv.ParseUint(s, 10, bits)
		if s == "" || err == nil {
			set(n)
		}
		f.touched[id] = true
		f.check()
	}
	f.field(rows, id, label, e)
}
