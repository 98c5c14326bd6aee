package importing

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"go.yaml.in/yaml/v3"

	"streamscope/connections"
	"streamscope/connections/profile"
)

// maxYAML is in bytes; YAML takes much more memory than it has text.
const maxYAML = 8 << 20

// readMQTTX reads MQTTX's export: a list of connections, as JSON or YAML, or one alone.
func (r *Result) readMQTTX(b []byte) error {
	text := strings.TrimSpace(string(b))
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return r.readMQTTXYAML(b)
	}
	if strings.HasPrefix(text, "{") {
		text = "[" + text + "]"
	}
	var list []map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return notJSON([]byte(text), err)
	}
	for _, raw := range list {
		values := make(map[string]any, len(raw))
		for name, part := range raw {
			if name == "messages" {
				values[name] = listOf(part)
				continue
			}
			if len(part) > maxPart {
				return fmt.Errorf("%s: %w", presentable(name), ErrTooLarge)
			}
			v, err := decode(part)
			if err != nil {
				return err
			}
			values[name] = v
		}
		if err := r.add(fromMQTTX(newFields("", values))); err != nil {
			return err
		}
	}
	return nil
}

// listOf tells whether there are messages without reading them.
func listOf(raw json.RawMessage) any {
	if inner := strings.TrimSpace(string(raw[:min(len(raw), 16)])); inner == "[]" || inner == "null" {
		return nil
	}
	return true
}

func (r *Result) readMQTTXYAML(b []byte) error {
	if len(b) > maxYAML {
		return fmt.Errorf("%w; export it from MQTTX as JSON", ErrTooLarge)
	}
	var list []map[string]any
	if err := yaml.Unmarshal(b, &list); err != nil {
		return errors.New("this is no YAML as MQTTX writes it") // the library's error quotes values
	}
	for _, values := range list {
		if err := r.add(fromMQTTX(newFields("", values))); err != nil {
			return err
		}
	}
	return nil
}

func fromMQTTX(f *fields) Candidate {
	protocol := strings.ToLower(f.text("protocol"))
	encrypted := f.boolean("ssl", false) || protocol == "mqtts" || protocol == "wss"
	c := Candidate{Profile: profile.NewFor(profile.MQTT, transportOf(strings.HasPrefix(protocol, "ws"), encrypted))}
	p := &c.Profile
	p.Name, p.Host = f.text("name"), strings.TrimSpace(f.text("host"))
	c.port(f, "port")
	c.credentials(f.text("username"), f.text("password"))
	c.clientID(f.text("clientId"))
	if f.boolean("clientIdWithTime", false) {
		c.unmapped("clientIdWithTime", "the client ID stays the same here")
	}
	path := f.text("path")
	if p.Transport.Kind == profile.WS || p.Transport.Kind == profile.WSS {
		p.Transport.Path = "/" + strings.TrimPrefix(path, "/")
	}
	p.Version = c.versionOf("mqttVersion", f.text("mqttVersion"))
	c.keepAlive(f, "keepalive")
	p.CleanSession = f.boolean("clean", true)
	c.tlsOfMQTTX(f)
	c.willOfMQTTX(f.object("will"))
	c.propertiesOfMQTTX(f.object("properties"))
	c.headersOfMQTTX(f.object("wsOptions"))
	c.subscriptionsOfMQTTX(f)
	if f.get("messages") != nil && !hollow(f.get("messages")) {
		c.unmapped("messages", "messages of the past are not imported")
	}
	for _, name := range []string{"reconnect", "reconnectPeriod", "connectTimeout"} {
		if !hollow(f.get(name)) {
			c.unmapped(name, "Streamscope chooses it by itself")
		}
	}
	own := []string{"id", "createAt", "updateAt", "orderId", "isCollection", "unreadMessageCount", "parentId"}
	if !hollow(f.get("parentId")) {
		c.unmapped("parentId", "the folder itself is not in the export")
	}
	f.own(own...)
	c.leftovers(f)
	return c
}

// versionOf reads how other programs write the version of MQTT.
func (c *Candidate) versionOf(field, text string) string {
	switch strings.TrimPrefix(strings.ToLower(strings.TrimSpace(text)), "mqttv") {
	case "":
		return profile.VersionAuto
	case "5", "5.0":
		return profile.Version5
	case "3.1.1", "311", "4":
		return profile.Version311
	case "3.1", "31", "3":
		c.unmapped(field, "MQTT 3.1 is not spoken here; 3.1.1 was taken, which its brokers know too")
		return profile.Version311
	}
	c.unmapped(field, "it is no version of MQTT that is known; automatic was taken")
	return profile.VersionAuto
}

func (c *Candidate) keepAlive(f *fields, name string) {
	if f.text(name) == "" {
		return
	}
	if n, ok := f.number(name, 0, 65535); ok {
		c.Profile.KeepAlive = int(n)
	} else {
		c.unmapped(name, "it is not 0 to 65535 seconds; the usual was taken")
	}
}

func (c *Candidate) tlsOfMQTTX(f *fields) {
	o := &c.Profile.Transport.TLS
	encrypted := c.Profile.Transport.Encrypted()
	o.Insecure = !f.boolean("rejectUnauthorized", true) && encrypted
	own := f.text("certType") == "self" && encrypted
	for name, field := range map[string]*string{"ca": &o.CAFile, "cert": &o.CertFile, "key": &o.KeyFile} {
		path := f.text(name)
		switch {
		case path == "":
		case own:
			*field = path
		default:
			c.unmapped(name, "it was not in use: the certificates of the system are trusted")
		}
	}
	if !encrypted {
		f.own("ALPNProtocols")
		return
	}
	o.ALPN = listed(f.get("ALPNProtocols"))
}

// listed reads a list of names, or a text such as "[a,b]" or "a, b".
func listed(v any) (names []string) {
	list, ok := v.([]any)
	if !ok {
		for _, name := range strings.Split(strings.Trim(asText(v), "[] "), ",") {
			list = append(list, strings.Trim(name, ` "'`))
		}
	}
	for _, v := range list {
		if name := asText(v); name != "" {
			names = append(names, name)
		}
	}
	return names
}

func (c *Candidate) willOfMQTTX(f *fields) {
	f.prefix = "will."
	w := profile.Will{Topic: f.text("lastWillTopic"), Payload: f.text("lastWillPayload"), Retain: f.boolean("lastWillRetain", false)}
	w.QoS = c.qos(f, "lastWillQos")
	p := f.object("properties")
	w.Delay = c.seconds(p, "willDelayInterval")
	w.Expiry = c.seconds(p, "messageExpiryInterval")
	w.ContentType, w.ResponseTopic, w.CorrelationData = p.text("contentType"), p.text("responseTopic"), p.text("correlationData")
	w.UserProperties = userProperties(p.get("userProperties"))
	w.Text = p.boolean("payloadFormatIndicator", false)
	if w.Topic == "" {
		return
	}
	c.Profile.Will = &w
	c.leftovers(p)
	c.leftovers(f)
}

func (c *Candidate) qos(f *fields, name string) byte {
	n, ok := f.number(name, 0, 2)
	if !ok && f.text(name) != "" {
		c.unmapped(f.prefix+name, "there is no such QoS; 0 was taken")
	}
	return byte(n)
}

// seconds reads a number of MQTT 5 that has four bytes.
func (c *Candidate) seconds(f *fields, name string) uint32 {
	n, ok := f.number(name, 0, math.MaxUint32)
	if !ok {
		if f.text(name) != "" {
			c.unmapped(f.prefix+name, "it is no number that MQTT 5 can carry")
		}
		return 0
	}
	return uint32(n)
}

func userProperties(v any) (list []profile.UserProperty) {
	properties, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	for _, name := range keysOf(properties) {
		values, ok := properties[name].([]any)
		if !ok {
			values = []any{properties[name]}
		}
		for _, value := range values {
			list = append(list, profile.UserProperty{Name: name, Value: asText(value)})
		}
	}
	return list
}

func (c *Candidate) propertiesOfMQTTX(f *fields) {
	f.prefix = "properties."
	m := &c.Profile.MQTT5
	m.SessionExpiry = c.seconds(f, "sessionExpiryInterval")
	if n, ok := f.number("receiveMaximum", 0, math.MaxUint16); ok {
		m.ReceiveMaximum = uint16(n)
	} else if f.text("receiveMaximum") != "" {
		c.unmapped("properties.receiveMaximum", "it is not 1 to 65535")
	}
	m.UserProperties = userProperties(f.get("userProperties"))
	for name, why := range map[string]string{
		"maximumPacketSize":    "messages that are too large are cut here, and not refused",
		"topicAliasMaximum":    "topic aliases are not used here",
		"authenticationMethod": "enhanced authentication is not spoken here",
		"authenticationData":   "enhanced authentication is not spoken here",
	} {
		if !hollow(f.get(name)) {
			c.unmapped("properties."+name, why)
		}
	}
	f.own("requestProblemInformation") // it is always asked for
	c.leftovers(f)
}

// headersOfMQTTX takes the headers of a WebSocket as secrets, for most of them are.
func (c *Candidate) headersOfMQTTX(f *fields) {
	f.prefix = "wsOptions."
	headers := f.object("headers")
	for _, name := range headers.order {
		value := headers.text(name)
		if value == "" {
			continue
		}
		c.Profile.Transport.Headers = append(c.Profile.Transport.Headers, profile.Header{Name: name, Secret: true})
		c.secret(profile.SecretHeader(name), value)
	}
	c.leftovers(f)
}

func (c *Candidate) subscriptionsOfMQTTX(f *fields) {
	looks := map[string]bool{}
	for _, v := range f.list("subscriptions") {
		values, ok := v.(map[string]any)
		if !ok {
			continue
		}
		s := newFields("subscriptions.", values)
		sub := connections.Subscription{
			Filter: s.text("topic"), QoS: c.qos(s, "qos"), Off: s.boolean("disabled", false),
			NoLocal: s.boolean("nl", false), RetainAsPublished: s.boolean("rap", false),
			Colour: colourOf(s.text("color")),
		}
		if n, ok := s.number("rh", 0, 2); ok {
			sub.RetainHandling = byte(n)
		}
		s.own("id", "createAt", "connectionId", "retain")
		c.subscribe(sub)
		for _, name := range s.rest() {
			looks[name] = true
		}
	}
	for _, name := range sortedSet(looks) {
		c.unmapped(name, "a subscription has no such setting here")
	}
}

// colourOf takes a colour as "#RRGGBB" or "#RGB"; of what is none, it takes nothing.
func colourOf(text string) string {
	digits, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(text)), "#")
	if !ok || strings.Trim(digits, "0123456789abcdef") != "" {
		return ""
	}
	switch len(digits) {
	case 6:
		return "#" + digits
	case 3:
		return "#" + strings.Repeat(digits[:1], 2) + strings.Repeat(digits[1:2], 2) + strings.Repeat(digits[2:], 2)
	}
	return ""
}
