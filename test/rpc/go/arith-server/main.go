// Serves Arith as Go's net/rpc does: gob, gob over HTTP and JSON, each on a port of its own.
// Prints the three addresses as one line of JSON; ends when its standard input does.
//
//	arith-server           serves
//	arith-server oracle    answers JSON requests from its standard input, see oracle.go
package main

import (
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
)

func main() {
	check(rpc.Register(&Arith{make(chan bool)}))
	if len(os.Args) > 1 {
		answerLines()
		return
	}
	rpc.HandleHTTP()
	direct, overHTTP, inJSON := listen(), listen(), listen()
	go rpc.Accept(direct)
	go http.Serve(overHTTP, nil)
	go acceptJSON(inJSON)
	check(json.NewEncoder(os.Stdout).Encode(map[string]string{
		"gob":      direct.Addr().String(),
		"gob-http": overHTTP.Addr().String(),
		"go-json":  inJSON.Addr().String(),
	}))
	io.Copy(io.Discard, os.Stdin)
}

func listen() net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	return listener
}

func acceptJSON(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		check(err)
		go jsonrpc.ServeConn(conn)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
