package importing

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"streamscope/connections"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// maxPart bounds a part of a document that is read as a whole, in bytes.
const maxPart = 16 << 20

// maxCharts bounds the charts of one connection, as a profile does.
const maxCharts = 50

// usualWindow is the span of a chart that says none.
const usualWindow = 5 * time.Minute

// readExplorer reads MQTT Explorer's settings.json, a document of lowdb.
func (r *Result) readExplorer(b []byte) error {
	var document map[string]json.RawMessage
	if err := json.Unmarshal(b, &document); err != nil {
		return notJSON(b, err)
	}
	connections, order, err := part(document, "ConnectionManager_connections")
	if err != nil {
		return err
	}
	if connections == nil {
		return errors.New("ConnectionManager_connections is no list of connections")
	}
	views, _, err := part(document, "connection_view_state")
	if err != nil {
		return err
	}
	for _, id := range order {
		values, ok := connections[id].(map[string]any)
		if !ok {
			r.Unmapped = append(r.Unmapped, "ConnectionManager_connections."+presentable(id)+": it is no connection")
			continue
		}
		c := fromExplorer(newFields("", values))
		if view, ok := views[id].(map[string]any); ok {
			c.chartsOfExplorer(newFields("connection_view_state.", view))
			delete(views, id)
		}
		if err := r.add(c); err != nil {
			return err
		}
	}
	for _, id := range keysOf(views) {
		r.Unmapped = append(r.Unmapped, "connection_view_state."+presentable(id)+": its connection is not in the file")
	}
	for _, name := range orderOf(b) {
		if name != "ConnectionManager_connections" && name != "connection_view_state" {
			r.Unmapped = append(r.Unmapped, presentable(name)+": settings of the other program itself")
		}
	}
	return nil
}

// part decodes one object of a document, with the order of its names.
func part(document map[string]json.RawMessage, name string) (values map[string]any, order []string, err error) {
	raw := document[name]
	if raw == nil {
		return nil, nil, nil
	}
	if len(raw) > maxPart {
		return nil, nil, fmt.Errorf("%s: %w", name, ErrTooLarge)
	}
	v, err := decode(raw)
	if err != nil {
		return nil, nil, err
	}
	values, _ = v.(map[string]any)
	return values, orderOf(raw), nil
}

// madeUp are client IDs that the other programs generate: with one of those, that program and
// this one would throw each other out.
var madeUp = regexp.MustCompile(`^((mqtt-explorer-|mqttx_|mqttjs_)[0-9a-fA-F]{6,12}|streamscope-[0-9a-z]{10})$`)

func fromExplorer(f *fields) Candidate {
	protocol := strings.ToLower(f.text("protocol"))
	kind := transportOf(protocol == "ws" || protocol == "wss", f.boolean("encryption", protocol == "mqtts" || protocol == "wss"))
	c := Candidate{Profile: profile.NewFor(profile.MQTT, kind)}
	if protocol != "" && protocol != "mqtt" && protocol != "mqtts" && protocol != "ws" && protocol != "wss" && protocol != "tcp" {
		c.unmapped("protocol", "Streamscope does not know it; MQTT over TCP was taken")
	}
	p := &c.Profile
	p.Name, p.Host = f.text("name"), strings.TrimSpace(f.text("host"))
	c.port(f, "port")
	c.credentials(f.text("username"), f.text("password"))
	c.clientID(f.text("clientId"))
	if path := f.text("basePath"); kind == profile.WS || kind == profile.WSS {
		p.Transport.Path = "/" + strings.TrimPrefix(path, "/")
	} else if path != "" {
		c.unmapped("basePath", "only WebSockets have a path")
	}
	p.Transport.TLS.Insecure = !f.boolean("certValidation", true) && p.Transport.Encrypted()
	c.materialOfExplorer(f)
	c.subscriptionsOfExplorer(f)
	f.own("configVersion", "type", "id")
	c.leftovers(f)
	return c
}

// transportOf names the transport that two switches mean.
func transportOf(websocket, encrypted bool) string {
	switch {
	case websocket && encrypted:
		return profile.WSS
	case websocket:
		return profile.WS
	case encrypted:
		return profile.TLS
	}
	return profile.TCP
}

// port takes a port; the usual one stays where the source has none.
func (c *Candidate) port(f *fields, name string) {
	text := strings.TrimSpace(f.text(name))
	if text == "" {
		return
	}
	n, ok := f.number(name, math.MinInt32, math.MaxInt32)
	if !ok {
		n = 0 // the form says what is wrong
	}
	c.Profile.Port = int(n)
}

// clientID takes an ID that somebody chose.
func (c *Candidate) clientID(id string) {
	switch {
	case madeUp.MatchString(id):
		c.unmapped("clientId", "the other program had made it up; two with one client ID throw each other out, so this one has its own")
	case id != "":
		c.Profile.ClientID = id
	}
}

// leftovers lists what nobody asked for.
func (c *Candidate) leftovers(f *fields) {
	for _, name := range f.rest() {
		c.unmapped(name, noSetting)
	}
}

func (c *Candidate) materialOfExplorer(f *fields) {
	for _, m := range []struct {
		name  string
		field profile.Field
	}{
		{"selfSignedCertificate", profile.FieldCAFile},
		{"clientCertificate", profile.FieldCertFile},
		{"clientKey", profile.FieldKeyFile},
	} {
		o := f.object(m.name)
		data := o.text("data")
		name := o.text("name")
		if data == "" {
			if name != "" {
				c.unmapped(m.name, "the file itself is not in the settings")
			}
			continue
		}
		pem, err := materialOf(m.field, data)
		if err != nil {
			c.unmapped(m.name, err.Error())
			continue
		}
		c.Material = append(c.Material, Material{Field: m.field, Name: presentable(name), Data: secret.New(pem)})
		if !c.Profile.Transport.Encrypted() {
			c.unmapped(m.name, "the connection is not encrypted, so nothing uses it")
			c.Material = c.Material[:len(c.Material)-1]
		}
	}
}

func (c *Candidate) subscriptionsOfExplorer(f *fields) {
	for _, v := range f.list("subscriptions") {
		switch v := v.(type) {
		case string: // version 0
			c.subscribe(connections.Subscription{Filter: v})
		case map[string]any:
			s := newFields("subscriptions.", v)
			c.subscribe(connections.Subscription{Filter: s.text("topic"), QoS: c.qos(s, "qos")})
			c.leftovers(s)
		}
	}
}

// chartsOfExplorer reads what was drawn: there a chart has one line.
func (c *Candidate) chartsOfExplorer(f *fields) {
	looks := map[string]bool{}
	for _, v := range f.list("charts") {
		values, ok := v.(map[string]any)
		if !ok || len(c.Profile.Charts) >= maxCharts {
			c.unmapped("charts", "some are no charts, or too many")
			break
		}
		chart := newFields("charts.", values)
		topic := chart.text("topic")
		if profile.CheckTopic(topic) != nil {
			c.unmapped("charts.topic", "it is no topic that a chart can show")
			continue
		}
		drawn := c.chartOfExplorer(topic, chart, looks)
		drawn.Place = len(c.Profile.Charts)
		c.Profile.Charts = append(c.Profile.Charts, drawn)
		for _, look := range chart.rest() {
			looks[look] = true
		}
	}
	for _, look := range []string{"charts.interpolation", "charts.range", "charts.timeRange", "charts.width"} {
		if looks[look] {
			c.unmapped(look, "charts look different here")
			delete(looks, look)
		}
	}
	for _, look := range sortedSet(looks) {
		c.unmapped(look, noSetting)
	}
	c.leftovers(f)
}

// chartOfExplorer notes in looks what a chart cannot have here.
func (c *Candidate) chartOfExplorer(topic string, f *fields, looks map[string]bool) profile.Chart {
	line := profile.ChartSeries{Topic: topic, Path: dotPath(f.text("dotPath")), Colour: colourOf(f.text("color"))}
	switch f.text("interpolation") {
	case "":
	case "linear":
		line.Style = profile.StyleLine
	case "step_after", "step_before":
		line.Style = profile.StyleStep
	default: // the smooth ones: here a line never shows what was not measured
		line.Style = profile.StyleLine
		looks["charts.interpolation"] = true
	}
	chart := profile.Chart{ID: profile.NewChartID(), Series: []profile.ChartSeries{line}, Window: usualWindow}
	until := f.object("timeRange").text("until")
	if window, err := spanOf(until); err == nil && window > 0 {
		chart.Window = window
	} else if until != "" {
		looks["charts.timeRange"] = true
	}
	ends := f.object("range")
	low, err1 := strconv.ParseFloat(ends.text("from"), 64)
	high, err2 := strconv.ParseFloat(ends.text("to"), 64)
	switch {
	case err1 == nil && err2 == nil && low < high:
		chart.Left = profile.ChartAxis{Low: &low, High: &high}
	case err1 == nil || err2 == nil: // one end alone: the axis follows the values
		looks["charts.range"] = true
	}
	return chart
}

// dotPath reads the path syntax of the dot-prop library: dots divide, \. is a dot.
func dotPath(text string) []string {
	if text == "" {
		return nil
	}
	var path []string
	var key strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text) && (text[i+1] == '.' || text[i+1] == '\\'):
			i++
			key.WriteByte(text[i])
		case text[i] == '.':
			path = append(path, key.String())
			key.Reset()
		default:
			key.WriteByte(text[i])
		}
	}
	return append(path, key.String())
}

var span = regexp.MustCompile(`^\s*([0-9]+(?:\.[0-9]+)?)\s*([a-zA-Z]+)\s*$`)

var units = map[string]time.Duration{
	"s": time.Second, "sec": time.Second, "second": time.Second, "seconds": time.Second,
	"m": time.Minute, "min": time.Minute, "minute": time.Minute, "minutes": time.Minute,
	"h": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"d": 24 * time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour,
}

// spanOf reads "5m" or "2 days".
func spanOf(text string) (time.Duration, error) {
	found := span.FindStringSubmatch(text)
	if found == nil || units[strings.ToLower(found[2])] == 0 {
		return 0, errors.New("no span of time")
	}
	var n float64
	if _, err := fmt.Sscan(found[1], &n); err != nil || n > 1e6 {
		return 0, errors.New("no span of time")
	}
	return time.Duration(n * float64(units[strings.ToLower(found[2])])), nil
}
