package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"net/rpc/jsonrpc"
	"os"
)

// conn is a connection whose peer has said everything and listens for the answers.
type conn struct {
	io.Reader
	bytes.Buffer
}

func (c *conn) Read(p []byte) (int, error) { return c.Reader.Read(p) }
func (c *conn) Close() error               { return nil }

// answerLines takes each line of standard input, in base64, for all that one JSON client sends,
// and prints a line with all that Go's server answers.
func answerLines() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	for in.Scan() {
		sent, err := base64.StdEncoding.DecodeString(in.Text())
		check(err)
		c := &conn{Reader: bytes.NewReader(sent)}
		jsonrpc.ServeConn(c)
		out.WriteString(base64.StdEncoding.EncodeToString(c.Bytes()) + "\n")
	}
	check(in.Err())
}
