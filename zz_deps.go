//go:build deps

package main

import (
	_ "filippo.io/age"
	_ "fyne.io/fyne/v2/test"
	_ "github.com/eclipse/paho.golang/paho"
	_ "github.com/google/shlex"
	_ "github.com/youmark/pkcs8"
	_ "github.com/zalando/go-keyring"
	_ "go.yaml.in/yaml/v3"
	_ "golang.org/x/net/http/httpproxy"
	_ "golang.org/x/net/proxy"
	_ "golang.org/x/term"
	_ "pgregory.net/rapid"
	_ "software.sslmate.com/src/go-pkcs12"
)
