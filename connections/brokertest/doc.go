// Package brokertest holds the brokers that tests talk to: a real mosquitto on a free port of
// this machine, and a hostile one that sends whatever bytes a test wants. Both end with the
// test. It also has a publisher that is nothing but bytes, so that what a test sends does not
// pass the code that it tests.
package brokertest
