//go:build deps

package main

import (
	_ "fyne.io/fyne/v2/app"
	_ "fyne.io/fyne/v2/test"
	_ "fyne.io/fyne/v2/widget"
	_ "github.com/alecthomas/kong"
	_ "github.com/dustin/go-humanize"
	_ "github.com/dweymouth/fyne-tooltip"
	_ "github.com/eclipse/paho.mqtt.golang"
	_ "github.com/gofrs/flock"
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/gorilla/websocket"
	_ "github.com/maruel/natural"
	_ "github.com/mochi-mqtt/server/v2"
	_ "github.com/mochi-mqtt/server/v2/listeners"
	_ "github.com/tidwall/gjson"
	_ "go.uber.org/goleak"
	_ "golang.org/x/image/vector"
	_ "golang.org/x/image/font/opentype"
	_ "pgregory.net/rapid"
)
