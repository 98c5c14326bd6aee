//go:build !unix || darwin

package secret

func reachable() error { return nil }
