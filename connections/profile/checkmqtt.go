package profile

import "strings"

// checkMQTT judges what only MQTT has, without the subscriptions.
func (p Profile) checkMQTT() (problems []Problem) {
	note := noting(&problems)
	note(CheckClientID(p.ClientID, p.CleanSession))
	if p.AsksPassword && p.User == "" {
		note(passwordAlone(p.Version))
	}
	note(CheckKeepAlive(p.KeepAlive))
	note(CheckVersion(p.Version))
	if p.Version != Version311 {
		problems = append(problems, checkProperties(FieldUserProperties, p.MQTT5.UserProperties)...)
	}
	if p.Will != nil {
		problems = append(problems, p.Will.check(p.Version)...)
	}
	return problems
}

// passwordAlone: MQTT 3.1.1 forbids it (§3.1.2.9), MQTT 5 does not (§3.1.2.9).
func passwordAlone(version string) error {
	switch version {
	case Version5:
		return nil
	case VersionAuto:
		return doubtful(FieldPassword, "no-user", "MQTT 3.1.1 sends a password only with a user name; only an MQTT 5 broker will get this one.")
	}
	return wrong(FieldPassword, "no-user", "MQTT 3.1.1 sends a password only with a user name: enter one.")
}

// CheckVersion judges a version of MQTT.
func CheckVersion(version string) error {
	if version != VersionAuto && version != Version311 && version != Version5 {
		return wrong(FieldVersion, "unknown", "The version of MQTT is 3.1.1, 5 or automatic.")
	}
	return nil
}

func checkProperties(field Field, list []UserProperty) (problems []Problem) {
	note := noting(&problems)
	for row, u := range list {
		if !mqttString(u.Name) || !mqttString(u.Value) {
			note(inRow(row, wrong(field, "unprintable", "The user property holds characters that MQTT does not allow, or is too long.")))
		}
	}
	return problems
}

func (w *Will) check(version string) (problems []Problem) {
	note := noting(&problems)
	if w.Topic == "" {
		note(wrong(FieldWillTopic, "empty", "Give the last will a topic, or switch it off."))
	} else {
		note(checkTopic(FieldWillTopic, w.Topic))
	}
	if strings.HasPrefix(w.Topic, "$") {
		note(doubtful(FieldWillTopic, "dollar", "Topics that begin with $ belong to the broker; most refuse such a will."))
	}
	if len(w.Payload) > maxString {
		note(wrong(FieldWillPayload, "long", "The payload of a will has at most %d bytes.", maxString))
	}
	if w.QoS > 2 {
		note(wrong(FieldWillQoS, "range", "QoS is 0, 1 or 2."))
	}
	if version == Version311 {
		return problems
	}
	if !mqttString(w.ContentType) {
		note(wrong(FieldWillContentType, "unprintable", "The content type holds characters that MQTT does not allow, or is too long."))
	}
	if w.ResponseTopic != "" {
		note(checkTopic(FieldWillResponse, w.ResponseTopic))
	}
	if len(w.CorrelationData) > maxString {
		note(wrong(FieldWillCorrelation, "long", "Correlation data has at most %d bytes.", maxString))
	}
	return append(problems, checkProperties(FieldWillProperties, w.UserProperties)...)
}
