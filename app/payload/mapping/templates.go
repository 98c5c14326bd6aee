package mapping

import "streamscope/connections/profile"

// Template is a ready-made starting point.
type Template struct {
	// ID is the tail of the translation keys of Name and About.
	ID   string
	Name string
	// About says in a sentence what it is for and what is still to fill in.
	About string
	// Profile holds what the template knows; host, name and ID are the user's.
	Profile profile.Profile
}

// Templates returns the starting points that the form offers.
func Templates() []Template {
	return []Template{
		template("signalk", "Signal K",
			"A boat's Signal K server: every delta becomes a topic such as vessels/self/navigation/speedOverGround.",
			3000, "/signalk/v1/stream?subscribe=all", profile.Stream{
				Mapping: profile.Mapping{
					Kind: profile.MapKeys, Topic: "{context:levels}/{path:levels}", Each: []string{"updates", "values"},
					Value: []string{"value"}, Time: []string{"timestamp"}, TimeFormat: "rfc3339",
				},
			}),
		homeAssistant(),
		template("nodered", "Node-RED",
			"A websocket out node of Node-RED that sends the entire message: its topic is the topic, its payload the payload. The path is the node's own.",
			1880, "/ws/data", profile.Stream{
				Mapping: profile.Mapping{Kind: profile.MapKeys, Topic: "{topic}", Value: []string{"payload"}},
			}),
		template("json", "Plain JSON",
			"Any server that sends JSON: every value in it becomes a topic of its own, named by its keys.",
			80, "/", profile.Stream{Mapping: profile.Mapping{Kind: profile.MapLeaves}}),
	}
}

func homeAssistant() Template {
	t := template("homeassistant", "Home Assistant",
		"Home Assistant's own API: every change of state becomes a topic such as sensor/kitchen. The password is a long-lived access token, made in your profile there.",
		8123, "/api/websocket", profile.Stream{
			Opening: []profile.Opening{
				{Text: `{"type":"auth","access_token":"{{password}}"}`},
				{Text: `{"id":1,"type":"subscribe_events","event_type":"state_changed"}`},
			},
			Mapping: profile.Mapping{
				Kind: profile.MapKeys, Topic: "{event.data.entity_id:levels}",
				Value: []string{"event", "data", "new_state", "state"},
				Time:  []string{"event", "time_fired"}, TimeFormat: "rfc3339",
			},
		})
	t.Profile.AsksPassword = true
	return t
}

func template(id, name, about string, port int, path string, stream profile.Stream) Template {
	return Template{ID: id, Name: name, About: about, Profile: profile.Profile{
		Protocol: profile.WebSocket, Port: port,
		Transport: profile.Transport{Kind: profile.WS, Path: path}, Stream: &stream,
	}}
}
